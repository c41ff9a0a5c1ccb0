package deploy

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// compose is what is looked at of a compose file.
type compose struct {
	Services map[string]struct {
		Image       string            `yaml:"image"`
		Command     []string          `yaml:"command"`
		Environment map[string]string `yaml:"environment"`
		Volumes     []string          `yaml:"volumes"`
		Networks    []string          `yaml:"networks"`
		Ports       []string          `yaml:"ports"`
		Secrets     []string          `yaml:"secrets"`
		Restart     string            `yaml:"restart"`
	} `yaml:"services"`
	Configs map[string]struct {
		Content string `yaml:"content"`
	} `yaml:"configs"`
	Secrets  map[string]struct{ File string } `yaml:"secrets"`
	Networks map[string]struct{ Internal bool }
	Volumes  map[string]any
}

func composed(t *testing.T) compose {
	t.Helper()
	data, err := os.ReadFile(folder + "compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c compose
	if err := yaml.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestComposeRepairsRedisBeforeEachStart(t *testing.T) {
	redis := composed(t).Services["redis"]
	if len(redis.Command) != 3 || redis.Command[0] != "sh" || redis.Command[1] != "-ec" {
		t.Fatalf("the command is %q", redis.Command)
	}
	script := strings.ReplaceAll(redis.Command[2], "$$", "$")
	repair, start, found := strings.Cut(script, "exec redis-server ")
	if !found || !strings.Contains(repair, "redis-check-aof --fix") {
		t.Fatalf("the repair doesn't come before the start:\n%s", script)
	}
	demands(t, strings.TrimSpace(start))
	repairs(t, func(dir string) string { return strings.ReplaceAll(repair, "/data", dir) })
	if len(redis.Ports) != 0 || !slices.Equal(redis.Networks, []string{"opslag"}) || !composed(t).Networks["opslag"].Internal {
		t.Errorf("Redis can be reached from outside: ports %v, networks %v", redis.Ports, redis.Networks)
	}
}

func TestComposeHasTwoEqualNodesBehindABalancer(t *testing.T) {
	c := composed(t)
	proxy := c.Configs["verdeler"].Content
	folders := map[string]bool{}
	for i := 1; i <= 2; i++ {
		name := fmt.Sprint("wegwijzer-", i)
		node, found := c.Services[name]
		if !found || !strings.Contains(proxy, name+":8080") {
			t.Fatalf("%s isn't there, or the balancer doesn't know it", name)
		}
		if !slices.Equal(node.Command, []string{"serve", "--config", "/config.toml"}) || node.Restart != "unless-stopped" {
			t.Errorf("%s starts %q and restarts %q", name, node.Command, node.Restart)
		}
		var env []string
		for k, v := range node.Environment {
			env = append(env, k+"="+v)
		}
		if s := settings(t, env); s.Store.RedisURL != "redis://redis:6379/0" || s.Server.Addr != "0.0.0.0:8080" || len(s.Server.TrustedProxies) == 0 {
			t.Errorf("%s has settings %+v", name, s.Server)
		}
		own := node.Volumes[len(node.Volumes)-1]
		folders[own] = true
		if !strings.HasSuffix(own, ":/data") || len(node.Ports) != 0 {
			t.Errorf("%s keeps its list in %q and has ports %v", name, own, node.Ports)
		}
	}
	if len(folders) != 2 {
		t.Errorf("the nodes share the folder of their lists: %v", folders)
	}
	for _, want := range []string{"health_uri /readyz", "flush_interval -1"} {
		if !strings.Contains(proxy, want) {
			t.Errorf("the balancer lacks %q", want)
		}
	}
}

// TestImagesAreNamedPlainly: each from the operator's own default place, with a
// version, and the service's own built here.
func TestImagesAreNamedPlainly(t *testing.T) {
	n := 0
	for name, s := range composed(t).Services {
		n++
		image, version, _ := strings.Cut(s.Image, ":")
		if strings.ContainsAny(image, "./") || version == "" && image != "wegwijzer" {
			t.Errorf("%s has the image %q", name, s.Image)
		}
	}
	if n != 4 {
		t.Errorf("%d services, want 4", n)
	}
}
