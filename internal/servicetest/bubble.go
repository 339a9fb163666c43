//go:build !go1.25

package servicetest

import "testing"

func bubble(t *testing.T, _ func(*testing.T)) { t.Skip("needs Go 1.25") }
