package ort

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	onnx "github.com/yalue/onnxruntime_go"
)

// Port is one float32 tensor that goes into or comes out of a model. Shape holds the sizes outermost first,
// the batch included; all are fixed.
type Port struct {
	Name  string
	Shape []int64
}

// Session is one loaded model with its tensors. Fill Input, call Run, read Output. Not safe for concurrent
// use, except that Close may come at any time and waits for a run.
type Session struct {
	in, out [][]float32
	tensors []*onnx.Tensor[float32]
	pins    runtime.Pinner // the library keeps the addresses of in and out

	mu  sync.Mutex
	net *onnx.AdvancedSession // guarded by mu; nil once closed
}

// NewSession loads a model (the bytes of an ONNX file) on the runtime's provider, one thread, and binds its
// tensors. The model must have exactly the inputs in, float32, of shapes that fit (a dynamic size of the
// model fits any); of its outputs those in out are computed. An error is an *Error with CodeModelInvalid,
// CodeModelMismatch, CodeProviderUnavailable, CodeClosed or, from a warm-up run on CUDA, CodeRun.
func (r *Runtime) NewSession(model []byte, in, out []Port) (*Session, error) {
	if err := r.retain(); err != nil {
		return nil, err
	}
	s, err := newSession(r.provider, model, in, out)
	if err != nil {
		return nil, errors.Join(err, process.release())
	}
	if r.provider == CUDA { // the first run of a shape takes up to seconds: not on somebody's first picture
		if err := s.run(); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// newSession is NewSession without a share of the library.
func newSession(provider string, model []byte, in, out []Port) (*Session, error) {
	if err := checkPorts(model, in, out); err != nil {
		return nil, err
	}
	options, err := sessionOptions(provider)
	if err != nil {
		return nil, newError(CodeProviderUnavailable, err)
	}
	s := &Session{}
	inNames, inValues, err := s.bind(&s.in, in)
	if err == nil {
		var outNames []string
		var outValues []onnx.Value
		if outNames, outValues, err = s.bind(&s.out, out); err == nil {
			s.net, err = onnx.NewAdvancedSessionWithONNXData(model, inNames, outNames, inValues, outValues, options)
		}
	}
	if err = errors.Join(err, options.Destroy()); err != nil {
		return nil, newError(CodeModelInvalid, errors.Join(fmt.Errorf("create session: %w", err), s.destroy()))
	}
	return s, nil
}

// bind makes one tensor for each port.
func (s *Session) bind(memory *[][]float32, ports []Port) ([]string, []onnx.Value, error) {
	names, values := make([]string, len(ports)), make([]onnx.Value, len(ports))
	for i, p := range ports {
		shape := onnx.NewShape(p.Shape...)
		data := make([]float32, shape.FlattenedSize())
		s.pins.Pin(&data[0])
		t, err := onnx.NewTensor(shape, data)
		if err != nil {
			return nil, nil, fmt.Errorf("create tensor %s: %w", p.Name, err)
		}
		*memory = append(*memory, data)
		s.tensors = append(s.tensors, t)
		names[i], values[i] = p.Name, t
	}
	return names, values, nil
}

// checkPorts compares what the model has with what the caller wants.
func checkPorts(model []byte, in, out []Port) error {
	hasIn, hasOut, err := onnx.GetInputOutputInfoWithONNXData(model)
	if err != nil {
		return newError(CodeModelInvalid, fmt.Errorf("read model: %w", err))
	}
	if len(in) == 0 || len(in) != len(hasIn) || len(out) == 0 {
		return newError(CodeModelMismatch, fmt.Errorf("model has inputs %v and outputs %v, wanted %v and %v",
			hasIn, hasOut, in, out))
	}
	for _, side := range []struct {
		what string
		want []Port
		has  []onnx.InputOutputInfo
	}{{"input", in, hasIn}, {"output", out, hasOut}} {
		for _, p := range side.want {
			i := slices.IndexFunc(side.has, func(h onnx.InputOutputInfo) bool { return h.Name == p.Name })
			if i < 0 {
				return newError(CodeModelMismatch, fmt.Errorf("model has no %s %q, but %v", side.what, p.Name, side.has))
			}
			if h := side.has[i]; !fits(p, h) {
				return newError(CodeModelMismatch, fmt.Errorf("%s %q: wanted float32 %v, model has %v",
					side.what, p.Name, p.Shape, h.String()))
			}
		}
	}
	return nil
}

// fits reports whether the model's tensor can have the port's type and shape.
func fits(p Port, has onnx.InputOutputInfo) bool {
	if has.OrtValueType != onnx.ONNXTypeTensor || has.DataType != onnx.TensorElementDataTypeFloat {
		return false
	}
	return slices.EqualFunc(p.Shape, has.Dimensions, func(want, model int64) bool {
		return want > 0 && (model == want || model < 0)
	})
}

// Input is the memory of the i-th input, in the order of NewSession. It stays the same until Close.
func (s *Session) Input(i int) []float32 { return s.in[i] }

// Output is the memory of the i-th output, overwritten by each Run.
func (s *Session) Output(i int) []float32 { return s.out[i] }

// Run computes the outputs. An error is an *Error with CodeRun or CodeClosed; the outputs are then undefined.
func (s *Session) Run() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.net == nil {
		return newError(CodeClosed, errors.New("session is closed"))
	}
	return s.run()
}

// run turns whatever goes wrong in the binding into an error: a model must not end a call.
func (s *Session) run() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = newError(CodeRun, fmt.Errorf("run model: panic: %v", p))
		}
	}()
	if err := s.net.Run(); err != nil {
		return newError(CodeRun, fmt.Errorf("run model: %w", err))
	}
	return nil
}

// Close frees the model and its tensors, after a run in progress. Idempotent.
func (s *Session) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.net == nil {
		return nil
	}
	return errors.Join(s.destroy(), process.release())
}

// destroy frees what newSession made, in part or whole. The memory of Input and Output stays with its
// readers.
func (s *Session) destroy() error {
	var err error
	if s.net != nil {
		err = s.net.Destroy()
		s.net = nil
	}
	for _, t := range s.tensors {
		err = errors.Join(err, t.Destroy())
	}
	s.tensors = nil
	s.pins.Unpin()
	return err
}
