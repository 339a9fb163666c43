//go:build go1.25

package servicetest

import (
	"testing"
	"testing/synctest"
)

// bubble runs a test with fake time.
func bubble(t *testing.T, test func(*testing.T)) { synctest.Test(t, test) }
