// Bundle makes the browser's files in channels/web/widget/dist and
// channels/desk/dist from the TypeScript and CSS in src beside them, with
// esbuild's Go package: no Node is needed. Run it with
// `go generate ./channels/...`.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: bundle SRC DIST [ENTRY...]")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

// run bundles src and writes each file to dist. Without entries they are the
// widget's.
func run(src, dist string, entries []string) error {
	bundle := bundle
	if len(entries) > 0 {
		bundle = func(src string) (map[string][]byte, error) { return build(src, entries, nil) }
	}
	files, err := bundle(src)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dist, name), text, 0o600); err != nil { // #nosec G703 -- a folder of our own
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}

// engines are the oldest browsers that run the scripts; older ones get the
// page without JavaScript.
func engines() []api.Engine {
	return []api.Engine{
		{Name: api.EngineChrome, Version: "79"},
		{Name: api.EngineFirefox, Version: "78"},
		{Name: api.EngineSafari, Version: "14.1"},
	}
}

// bundle returns the finished files of the folder src, by name.
func bundle(src string) (map[string][]byte, error) {
	css, err := os.ReadFile(filepath.Join(src, "widget.css")) // #nosec G304 G703 -- a source file of our own
	if err != nil {
		return nil, err
	}
	sheet := api.Transform(string(css), api.TransformOptions{
		Loader: api.LoaderCSS, Sourcefile: "widget.css", Engines: engines(),
		MinifyWhitespace: true, MinifySyntax: true,
	})
	if err := failed(sheet.Errors); err != nil {
		return nil, err
	}
	quoted, err := json.Marshal(strings.TrimSpace(string(sheet.Code)))
	if err != nil {
		return nil, fmt.Errorf("widget.css: %w", err)
	}
	return build(src, []string{"widget.ts", "chat.ts", "chat.css", "site.css"}, map[string]string{"__CSS__": string(quoted)})
}

// build bundles the entries of the folder src; define replaces names in the
// scripts.
func build(src string, entries []string, define map[string]string) (map[string][]byte, error) {
	dir, err := filepath.Abs(src)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		EntryPoints:       entries,
		AbsWorkingDir:     dir,
		Outdir:            "dist",
		Bundle:            true,
		Format:            api.FormatIIFE,
		Engines:           engines(),
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Define:            define,
		LegalComments:     api.LegalCommentsNone,
		LogLevel:          api.LogLevelSilent,
		Write:             false,
	})
	if err := failed(result.Errors); err != nil {
		return nil, err
	}
	files := make(map[string][]byte, len(result.OutputFiles))
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	return files, nil
}

// failed joins esbuild's messages, each with its file and line.
func failed(messages []api.Message) error {
	var errs []error
	for _, m := range messages {
		if m.Location == nil {
			errs = append(errs, errors.New(m.Text))
			continue
		}
		errs = append(errs, fmt.Errorf("%s:%d: %s", m.Location.File, m.Location.Line, m.Text))
	}
	return errors.Join(errs...)
}
