package media

import (
	"runtime"
	"syscall"
)

// modesty is the nice value of the threads that work on pictures: beside a call they get about a tenth of a
// core's time, on an idle machine all of it.
const modesty = 10

// aside runs work on a thread of its own that lets all others go first, since calls have deadlines and
// pictures have none. A panic of work is the caller's.
func aside[T any](work func() (T, error)) (out T, err error) {
	var panicked any
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { panicked = recover() }()
		// Never unlocked: the thread ends with the goroutine, and its priority with it.
		runtime.LockOSThread()
		// On Linux a thread has a priority of its own; to lower it is always allowed.
		_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, modesty)
		out, err = work()
	}()
	<-done
	if panicked != nil {
		panic(panicked)
	}
	return out, err
}
