package main

import (
	"flag"
	"os"
	"testing"
)

// TestMain makes the test binary the program too: a test starts its processes
// as the program does. Most of the time the tests wait, so that more of them
// run concurrently than there are processors.
func TestMain(m *testing.M) {
	if os.Getenv("INVENTORY_PROCESS") != "" {
		main()
		return
	}
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	if err := os.Setenv("INVENTORY_PROCESS", "1"); err != nil {
		panic(err)
	}
	code := m.Run()
	stopPostgres()
	os.Exit(code)
}
