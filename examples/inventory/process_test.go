package main

import (
	"os"
	"testing"
)

// TestMain makes the test binary the program too: a test starts its processes
// as the program does.
func TestMain(m *testing.M) {
	if os.Getenv("INVENTORY_PROCESS") != "" {
		main()
		return
	}
	if err := os.Setenv("INVENTORY_PROCESS", "1"); err != nil {
		panic(err)
	}
	code := m.Run()
	stopPostgres()
	os.Exit(code)
}
