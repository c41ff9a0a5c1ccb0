package hsds

import (
	"fmt"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"wegwijzer/knowledge"
)

// schemaFolder holds the schemas and the OpenAPI document of HSDS 3.0.
const schemaFolder = "../../knowledge/kaart/testdata/hsds-3.0/"

// standard is where the OpenAPI document of HSDS finds its schemas.
const standard = "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/"

// localSchemas reads the standard's addresses from the folder. The schemas of
// list items are those of whole records: they differ in what they leave out.
type localSchemas struct{}

func (localSchemas) Load(address string) (any, error) {
	if !strings.HasPrefix(address, standard) {
		return nil, fmt.Errorf("%s is not of the standard", address)
	}
	name := strings.Replace(path.Base(address), "_list.json", ".json", 1)
	if name == "openapi.json" {
		name = "api/" + name
	}
	f, err := os.Open(schemaFolder + name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	return jsonschema.UnmarshalJSON(f)
}

// schemas compiles each schema once.
type schemas struct {
	t    *testing.T
	done map[string]*jsonschema.Schema
}

// answer is the schema of an address's answer.
func (l schemas) answer(address string) *jsonschema.Schema {
	l.t.Helper()
	at := standard + "openapi.json#/paths/" + strings.ReplaceAll(address, "/", "~1") + "/get/responses/200/content/application~1json/schema"
	if address == "/service_at_locations/{id}" { // the document names the schema of a service there, by mistake
		at = standard + "service_at_location.json"
	}
	return l.compile(at)
}

// record is the schema of a record.
func (l schemas) record(name string) *jsonschema.Schema {
	l.t.Helper()
	return l.compile(standard + name + ".json")
}

func (l schemas) compile(at string) *jsonschema.Schema {
	l.t.Helper()
	if s, ok := l.done[at]; ok {
		return s
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	c.UseLoader(localSchemas{})
	s, err := c.Compile(at)
	if err != nil {
		l.t.Fatal(err)
	}
	l.done[at] = s
	return s
}

func levensgebieden(list ...knowledge.Levensgebied) []knowledge.Levensgebied { return list }
