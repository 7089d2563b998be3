package ort

import "errors"

// Code names a kind of failure; the strings are stable.
type Code string

// The codes of the errors of this package.
const (
	// CodeLibraryNotFound: no libonnxruntime in any of the places.
	CodeLibraryNotFound Code = "ort_library_not_found"
	// CodeLibraryInvalid: a library is there but does not load, or is older than the API that this program
	// speaks.
	CodeLibraryInvalid Code = "ort_library_invalid"
	// CodeLibraryOther: the process has loaded another library already.
	CodeLibraryOther Code = "ort_library_other"
	// CodeProviderUnknown: the configured provider is none of auto, cpu, cuda.
	CodeProviderUnknown Code = "ort_provider_unknown"
	// CodeProviderUnavailable: the provider was asked for by name and does not start here.
	CodeProviderUnavailable Code = "ort_provider_unavailable"
	// CodeModelInvalid: the bytes are no model that the runtime loads.
	CodeModelInvalid Code = "ort_model_invalid"
	// CodeModelMismatch: the model's inputs or outputs are not those that the caller asked for.
	CodeModelMismatch Code = "ort_model_mismatch"
	// CodeRun: a run failed.
	CodeRun Code = "ort_run_failed"
	// CodeClosed: the runtime or session was closed before.
	CodeClosed Code = "ort_closed"
)

// Error is a failure with its stable code.
type Error struct {
	Code Code
	err  error
}

func newError(code Code, err error) *Error { return &Error{Code: code, err: err} }

// Error is the text for logs.
func (e *Error) Error() string { return string(e.Code) + ": " + e.err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.err }

// CodeOf returns the code of err, empty when it has none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}
