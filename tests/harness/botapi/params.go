package botapi

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// maxCall bounds a call without files.
const maxCall = 1 << 20

// params reads a call's parameters in any of the forms that the Bot API takes
// and makes JSON values of them, by the types that the method gives.
func (s *Spec) params(r *http.Request, method string) (map[string]any, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.ContentLength > 0 {
		return nil, fmt.Errorf("content type: %w", err)
	}
	values := map[string]any{}
	switch kind {
	case "application/json":
		if err := json.NewDecoder(r.Body).Decode(&values); err != nil {
			return nil, fmt.Errorf("JSON: %w", err)
		}
		return values, nil
	case "multipart/form-data":
		// A call without parameters has a form without parts, which is no
		// form at all to the parser; the real server takes it.
		if err := r.ParseMultipartForm(maxCall); err != nil && !emptyForm(err) {
			return nil, fmt.Errorf("form: %w", err)
		}
	default:
		if err := r.ParseForm(); err != nil {
			return nil, fmt.Errorf("form: %w", err)
		}
	}
	if r.MultipartForm != nil {
		for name, files := range r.MultipartForm.File {
			values[name] = files[0].Filename // its bytes are read by who needs them
		}
	}
	types := map[string][]string{}
	for _, f := range s.Methods[method].Fields {
		types[f.Name] = f.Types
	}
	for name, v := range r.Form {
		if values[name], err = formValue(types[name], v[0]); err != nil {
			return nil, fmt.Errorf("%s.%s: %w", method, name, err)
		}
	}
	return values, nil
}

func emptyForm(err error) bool { return strings.Contains(err.Error(), "EOF") }

// formValue turns a form's text into the JSON value that it stands for.
func formValue(types []string, text string) (any, error) {
	if slices.Contains(types, "Integer") || slices.Contains(types, "Float") {
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n, nil
		}
	}
	if slices.Contains(types, "Boolean") {
		if b, err := strconv.ParseBool(text); err == nil {
			return b, nil
		}
	}
	if len(types) == 0 || slices.Contains(types, "String") || slices.Contains(types, "Integer") ||
		slices.Contains(types, "Float") || slices.Contains(types, "Boolean") {
		return text, nil
	}
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	return v, nil
}
