//go:build tools

// Package servers pins the LiveKit server and SIP bridge that the lab builds.
package servers

import (
	_ "github.com/livekit/livekit-server/cmd/server"
	_ "github.com/livekit/sip/cmd/livekit-sip"
)
