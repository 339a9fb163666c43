//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peakMemory returns how much memory a process had at most. Linux counts what
// the parent had when it began as well, so the parent has to be a small one.
func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	switch {
	case !ok:
		return 0
	case runtime.GOOS == "darwin":
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}
