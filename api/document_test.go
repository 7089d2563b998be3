package api

import (
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/stretchr/testify/require"
)

// The document is what OpenAPI 3.1 asks for, by its official schema, and all its references lead somewhere.
func TestDocumentIsValid(t *testing.T) {
	text, err := Document("1.2.3")
	require.NoError(t, err)
	doc, err := libopenapi.NewDocument(text)
	require.NoError(t, err)
	model, err := doc.BuildV3Model()
	require.NoError(t, err)
	require.Equal(t, "3.1.0", model.Model.Version)
	v, errs := validator.NewValidator(doc)
	require.Empty(t, errs)
	ok, wrong := v.ValidateDocument()
	for _, w := range wrong {
		for _, detail := range w.SchemaValidationErrors {
			t.Errorf("%s: %s at %s", w.Message, detail.Reason, detail.FieldPath)
		}
		t.Log(w.Message, w.Reason)
	}
	require.True(t, ok)
}
