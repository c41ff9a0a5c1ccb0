package harness

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"wegwijzer/bot"
)

// Terminal is a resident at `wegwijzer chat --json`, a process of its own on
// the service's store.
type Terminal struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines chan string
	id    bot.ConversationID
}

// OpenTerminal starts the program at path on the folder dir, with more settings
// as NAME=value.
func OpenTerminal(path, dir, gemeente string, env ...string) (*Terminal, error) {
	t := &Terminal{lines: make(chan string, 1000)}
	t.cmd = exec.Command(path, "chat", "--json", "--gemeente", gemeente)
	t.cmd.Env = append([]string{"WEGWIJZER_STORE_DIR=" + dir}, env...)
	var err error
	if t.in, err = t.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := t.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := t.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(t.lines)
		s := bufio.NewScanner(out)
		s.Buffer(nil, 1<<20)
		for s.Scan() {
			t.lines <- s.Text()
		}
	}()
	return t, nil
}

func (t *Terminal) send(v map[string]string) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = t.in.Write(append(data, '\n'))
	return err
}

// Say sends words.
func (t *Terminal) Say(text string) error { return t.send(map[string]string{"text": text}) }

// Press sends a choice.
func (t *Terminal) Press(id string) error { return t.send(map[string]string{"choice": id}) }

// News returns the messages up to the end of the turn; after the opening and
// for a supporter's words, what comes within a short while.
func (t *Terminal) News() ([]bot.Message, error) {
	var list []bot.Message
	patience := 60 * time.Second
	for {
		select {
		case line, ok := <-t.lines:
			if !ok {
				return list, nil
			}
			if strings.HasPrefix(line, `{"state"`) || strings.HasPrefix(line, `{"turn"`) {
				return list, t.remember(line)
			}
			var m bot.Message
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				return nil, fmt.Errorf("no message object: %q: %w", line, err)
			}
			list = append(list, m)
			patience = 700 * time.Millisecond
		case <-time.After(patience):
			return list, nil
		}
	}
}

// remember takes the conversation's id from a state line.
func (t *Terminal) remember(line string) error {
	var s struct {
		State struct{ ID bot.ConversationID }
	}
	err := json.Unmarshal([]byte(line), &s)
	t.id = s.State.ID
	return err
}

// Conversation is the id that the last turn's state named.
func (t *Terminal) Conversation() (bot.ConversationID, error) {
	if t.id == "" {
		return "", errors.New("no turn has been taken yet")
	}
	return t.id, nil
}

// Close ends the program's input and waits for it.
func (t *Terminal) Close() error {
	if err := t.in.Close(); err != nil {
		return err
	}
	for range t.lines { // let it finish its output
	}
	return t.cmd.Wait()
}
