//go:build tools

// Package stack pins the LiveKit server and SIP bridge that the lab builds.
package stack

import (
	_ "github.com/livekit/livekit-server/cmd/server"
	_ "github.com/livekit/sip/cmd/livekit-sip"
)
