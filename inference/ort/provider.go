package ort

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	onnx "github.com/yalue/onnxruntime_go"
)

// cudaLibraries must lie beside the runtime library: it loads them by name from its own folder.
var cudaLibraries = [...]string{"libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"}

// probeModel is an ONNX file (protobuf, IR 8, opset 17) with y = Relu(x) over one float: the smallest session
// that shows whether a provider starts.
const probeModel = "\x08\x08\x3a\x33" +
	"\x0a\x0c\x0a\x01x\x12\x01y\x22\x04Relu" + // node
	"\x12\x01g" + // name of the graph
	"\x5a\x0f\x0a\x01x\x12\x0a\x0a\x08\x08\x01\x12\x04\x0a\x02\x08\x01" + // input x: float [1]
	"\x62\x0f\x0a\x01y\x12\x0a\x0a\x08\x08\x01\x12\x04\x0a\x02\x08\x01" + // output y: float [1]
	"\x42\x02\x10\x11"

// chooseProvider turns Auto, CPU or CUDA into CPU or CUDA and says why.
func chooseProvider(wanted, library string) (provider, why string, err error) {
	if wanted == CPU {
		return CPU, "asked for by configuration", nil
	}
	err = cudaStarts(library)
	switch {
	case err == nil && wanted == CUDA:
		return CUDA, "asked for by configuration", nil
	case err == nil:
		return CUDA, "auto: CUDA starts here", nil
	case wanted == CUDA:
		return "", "", newError(CodeProviderUnavailable, fmt.Errorf("start CUDA: %w", err))
	default:
		return CPU, "auto: no CUDA: " + err.Error(), nil
	}
}

// cudaStarts runs the probe on CUDA. The provider's libraries are looked for first, so that a machine without
// them does not pay for the attempt and gets the plain reason.
func cudaStarts(library string) error {
	for _, name := range cudaLibraries {
		if filepath.IsAbs(library) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(library), name)); err != nil {
				return fmt.Errorf("%s is not beside %s", name, library)
			}
		}
	}
	port := []Port{{Name: "x", Shape: []int64{1}}}
	s, err := newSession(CUDA, []byte(probeModel), port, []Port{{Name: "y", Shape: []int64{1}}})
	if err != nil {
		return err
	}
	s.Input(0)[0] = 3
	err = s.run()
	if y := s.Output(0)[0]; err == nil && y != 3 {
		err = fmt.Errorf("probe answered %v instead of 3", y)
	}
	return errors.Join(err, s.destroy())
}

// sessionOptions are one thread without spinning (parallelism comes from several sessions) on the provider.
// The caller destroys them.
func sessionOptions(provider string) (*onnx.SessionOptions, error) {
	o, err := onnx.NewSessionOptions()
	if err != nil {
		return nil, fmt.Errorf("create session options: %w", err)
	}
	err = errors.Join(
		o.SetIntraOpNumThreads(1),
		o.SetInterOpNumThreads(1),
		o.SetExecutionMode(onnx.ExecutionModeSequential),
		o.SetGraphOptimizationLevel(onnx.GraphOptimizationLevelEnableAll),
		o.SetLogSeverityLevel(onnx.LoggingLevelFatal),
		o.AddSessionConfigEntry("session.intra_op.allow_spinning", "0"),
		o.AddSessionConfigEntry("session.inter_op.allow_spinning", "0"),
	)
	if err == nil && provider == CUDA {
		err = appendCUDA(o)
	}
	if err != nil {
		return nil, fmt.Errorf("set session options: %w", errors.Join(err, o.Destroy()))
	}
	return o, nil
}

// appendCUDA puts the CUDA provider first. The heuristic search for convolution algorithms keeps the first
// run of a shape short: the exhaustive default takes seconds.
func appendCUDA(o *onnx.SessionOptions) error {
	cuda, err := onnx.NewCUDAProviderOptions()
	if err != nil {
		return fmt.Errorf("create CUDA options: %w", err)
	}
	err = cuda.Update(map[string]string{"device_id": "0", "cudnn_conv_algo_search": "HEURISTIC"})
	if err == nil {
		err = o.AppendExecutionProviderCUDA(cuda)
	}
	if err = errors.Join(err, cuda.Destroy()); err != nil {
		return fmt.Errorf("append CUDA provider: %w", err)
	}
	return nil
}
