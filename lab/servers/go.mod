module lab/servers

go 1.26

require (
	github.com/livekit/livekit-server v1.13.5
	github.com/livekit/sip v1.8.0
)
