// Package tests holds what is tested from outside: the shape of the house and
// the whole service.
package tests

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// table is the house: for each package the packages of ours that it may
// import. Imports only go down. A pattern that ends in /... covers a folder.
var table = map[string][]string{
	"knowledge":       {},
	"knowledge/nlu":   {"knowledge", "knowledge/kaart"}, // whose kinds of help it learns from
	"knowledge/kaart": {"knowledge"},
	"knowledge/index": {"knowledge", "knowledge/kaart", "knowledge/nlu"}, // the last in its tests, which measure with the model

	"dialogs/guard": {"knowledge/..."}, // nlu: the lint of its examples, in its tests
	"dialogs/plain": {},
	"dialogs/draw":  {"dialogs", "knowledge"},
	"dialogs/plan":  {"knowledge/kaart"},
	"dialogs":       {"knowledge/...", "dialogs/plain", "dialogs/plan"},

	"bot/cases":         {"knowledge"},
	"bot/scripts":       {"knowledge/...", "dialogs", "bot", "bot/cases"},
	"bot":               {"knowledge/...", "dialogs/...", "bot/cases"},
	"bot/store":         {"knowledge/...", "dialogs", "bot", "bot/cases", "tests/harness/redisd"}, // its tests need a real Redis
	"bot/config":        {"knowledge", "dialogs", "dialogs/guard", "bot/cases"},
	"bot/app":           {"..."},
	"bot/cmd/wegwijzer": {"..."},

	"channels":                   {"bot", "dialogs/guard"},
	"channels/paper":             {"dialogs/plan"},
	"channels/web":               {"channels", "channels/paper", "channels/web/widget", "bot", "bot/cases", "dialogs", "dialogs/plan", "knowledge/..."},
	"channels/web/widget":        {},
	"channels/web/widget/bundle": {"channels/web/widget"},
	"channels/telegram":          {"channels", "channels/paper", "bot", "bot/cases", "dialogs", "dialogs/plan", "knowledge/..."},
	"channels/hsds":              {"channels", "knowledge/..."},
	"channels/desk":              {"channels", "bot", "bot/cases", "dialogs", "knowledge/..."},

	"tests":                {"..."},
	"tests/harness":        {"..."},
	"tests/harness/botapi": {},
	"tests/harness/redisd": {},
	"tests/harness/syncs":  {},
	"tests/harness/wire":   {},
	"tests/browser":        {"..."},
	"tests/faults":         {"..."},
	"tests/load":           {"..."},
	"tests/deploy":         {"..."},
	"tests/compare":        {"dialogs", "knowledge/..."},
}

// fences are the third-party libraries that only some packages may touch.
var fences = map[string][]string{
	"github.com/labstack/echo":    {"channels", "channels/web", "channels/telegram", "channels/desk", "channels/hsds", "tests/..."},
	"github.com/go-telegram/bot":  {"channels/telegram", "tests/..."},
	"github.com/nlpodyssey/spago": {"knowledge/nlu"},
	"github.com/blevesearch":      {"knowledge/index"}, // its tests, which measure beside it
	"modernc.org/sqlite":          {"bot/store"},
	"github.com/redis/go-redis":   {"bot/store", "tests/..."},
	"github.com/evanw/esbuild":    {"channels/web/widget", "channels/web/widget/bundle"},
	"github.com/prometheus":       {"bot/app"},
	"github.com/Shopify":          {"tests/harness/wire"},
	"codeberg.org/go-pdf":         {"channels/paper"},
	"golang.org/x/image":          {"channels/paper"},
	"github.com/chromedp":         {"tests/...", "channels/web", "channels/desk"}, // the doors have browser tests of their own
}

// pure packages know no network, no files and no store.
var pure = map[string][]string{
	"dialogs":       {"net/http", "os", "database/sql"},
	"dialogs/plain": {"net/http", "os", "database/sql"},
	"dialogs/plan":  {"net/http", "os", "database/sql"},
	"dialogs/guard": {"net/http", "os", "database/sql"},
	"bot/cases":     {"net/http", "os", "database/sql"},
}

func TestImportsOnlyGoDown(t *testing.T) {
	files := goFiles(t)
	if len(files) < 20 {
		t.Fatalf("only %d Go files were found: the walk is wrong", len(files))
	}
	seen := map[string]bool{}
	for _, file := range files {
		pkg := path.Dir(file)
		seen[pkg] = true
		allowed, known := table[pkg]
		if !known {
			t.Errorf("%s: package %s isn't in the import table", file, pkg)
			continue
		}
		for _, imported := range imports(t, file) {
			ours, isOurs := strings.CutPrefix(imported, "wegwijzer/")
			if isOurs && ours != pkg && !slices.ContainsFunc(allowed, func(p string) bool { return covers(p, ours) }) {
				t.Errorf("%s: %s may not import %s", file, pkg, ours)
			}
			if slices.Contains(pure[pkg], imported) && !strings.HasSuffix(file, "_test.go") {
				t.Errorf("%s: %s is pure and may not import %s", file, pkg, imported)
			}
			checkFence(t, file, pkg, imported)
		}
	}
	for pkg := range pure {
		if !seen[pkg] {
			t.Errorf("package %s of the table isn't there", pkg)
		}
	}
}

func checkFence(t *testing.T, file, pkg, imported string) {
	t.Helper()
	for library, inside := range fences {
		if imported != library && !strings.HasPrefix(imported, library+"/") {
			continue
		}
		if !slices.ContainsFunc(inside, func(p string) bool { return covers(p, pkg) }) {
			t.Errorf("%s: %s stands inside the fence of %v", file, imported, inside)
		}
	}
}

func TestTheTopLevelHoldsNoOtherCode(t *testing.T) {
	allowed := []string{"bot", "dialogs", "knowledge", "channels", "tests"}
	for _, file := range goFiles(t) {
		if top, _, inFolder := strings.Cut(file, "/"); !inFolder || !slices.Contains(allowed, top) {
			t.Errorf("%s: code belongs in one of %v", file, allowed)
		}
	}
}

func TestTheTableCatchesAnArrowUpwards(t *testing.T) {
	if slices.ContainsFunc(table["knowledge/kaart"], func(p string) bool { return covers(p, "bot") }) {
		t.Error("knowledge/kaart may import bot: the table is upside down")
	}
	if covers("knowledge/...", "knowledgeable") || !covers("knowledge/...", "knowledge/nlu") || !covers("knowledge/...", "knowledge") {
		t.Error("the patterns of the table match wrongly")
	}
}

// covers says whether a pattern of the table names a package.
func covers(pattern, pkg string) bool {
	folder, all := strings.CutSuffix(pattern, "...")
	if !all {
		return pattern == pkg
	}
	return strings.HasPrefix(pkg+"/", folder)
}

// goFiles lists the project's Go files, by reading the folders: a test that
// asked go list stayed green from the test cache.
func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && p != "." || d.Name() == "testdata" || d.Name() == "node_modules" || p == "bin" || p == "data"):
			return fs.SkipDir
		case strings.HasSuffix(p, ".go"):
			files = append(files, p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", file), nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, i := range f.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}
