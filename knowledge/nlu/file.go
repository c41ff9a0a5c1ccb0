package nlu

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// A model file is: magic, SHA-256 of all that follows, length of the header
// (4 bytes, little endian), header (JSON), and for each network of the header
// its numbers: keys (uint32), idf (float32), the table with one float32 scale
// and int8 values a row, the output matrix (float32).
const magic = "wegwijzer-nlu-1\n"

// maxModelBytes bounds what is read; a real model is far smaller.
const maxModelBytes = 64 << 20

// ErrModelFile marks a file that is no model, is damaged, or is of another
// version.
var ErrModelFile = errors.New("no valid model file")

type fileHeader struct {
	Stamp    string       `json:"stamp"`
	Networks []fileShapes `json:"networks"`
}

type fileShapes struct {
	Heads  []head  `json:"heads"`
	Keys   int     `json:"keys"`
	Hidden int     `json:"hidden"`
	Scale  float32 `json:"scale"`
	// Lexicon names the lexicon that it reads with, "" for none.
	Lexicon string `json:"lexicon,omitempty"`
	// Words are those of the speller, the most frequent first, and Right of
	// them its corrections; nil for none.
	Words []string `json:"words,omitempty"`
	Right int      `json:"right,omitempty"`
}

// WriteTo writes the model file.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	return writeNetworks(w, m.stamp, m.message, m.lang)
}

// ReadModel reads what WriteTo wrote; any other input is an ErrModelFile.
func ReadModel(data []byte) (*Model, error) {
	stamp, nets, err := readNetworks(data)
	if err != nil {
		return nil, err
	}
	if len(nets) != 2 || !sameHeads(nets[0].heads, messageHeads()) || !sameHeads(nets[1].heads, langCorpus(nil, 0).heads) {
		return nil, fmt.Errorf("%w: other questions or labels than this version has", ErrModelFile)
	}
	return newModel(stamp, nets[0], nets[1]), nil
}

// WriteTo writes the classifier as a model file.
func (c *Classifier) WriteTo(w io.Writer) (int64, error) {
	return writeNetworks(w, "", c.net)
}

// ReadClassifier reads what Classifier.WriteTo wrote; any other input is an
// ErrModelFile.
func ReadClassifier(data []byte) (*Classifier, error) {
	_, nets, err := readNetworks(data)
	if err != nil {
		return nil, err
	}
	if len(nets) != 1 || len(nets[0].heads) != 1 {
		return nil, fmt.Errorf("%w: not a text classifier", ErrModelFile)
	}
	return newClassifier(nets[0]), nil
}

func writeNetworks(w io.Writer, stamp string, nets ...*network) (int64, error) {
	hdr := fileHeader{Stamp: stamp}
	var body bytes.Buffer
	for _, n := range nets {
		shapes := fileShapes{Heads: n.heads, Keys: len(n.vocab.keys), Hidden: n.hidden, Scale: n.scale}
		if n.reader.lex != nil {
			shapes.Lexicon = n.reader.lex.name
		}
		if sp := n.reader.spell; sp != nil {
			shapes.Words, shapes.Right = sp.words, sp.right
		}
		hdr.Networks = append(hdr.Networks, shapes)
		n.encode(&body)
	}
	js, err := json.Marshal(hdr)
	if err != nil {
		return 0, fmt.Errorf("model header: %w", err)
	}
	content := binary.LittleEndian.AppendUint32(nil, uint32(len(js)))
	content = append(append(content, js...), body.Bytes()...)
	sum := sha256.Sum256(content)
	out := append(append([]byte(magic), sum[:]...), content...)
	n, err := w.Write(out)
	if err != nil {
		return int64(n), fmt.Errorf("write model: %w", err)
	}
	return int64(n), nil
}

// encode appends the numbers. Table values are rounded to int8 steps of a
// row's largest value.
func (n *network) encode(w *bytes.Buffer) {
	put := func(v uint32) { w.Write(binary.LittleEndian.AppendUint32(w.AvailableBuffer(), v)) }
	for _, k := range n.vocab.keys {
		put(k)
	}
	for _, x := range n.vocab.idf {
		put(math.Float32bits(x))
	}
	width := n.width()
	for r := range n.vocab.rows() {
		row := n.table[r*width:][:width]
		var top float32
		for _, x := range row {
			top = max(top, x, -x)
		}
		put(math.Float32bits(top / 127))
		for _, x := range row {
			q := 0.0
			if top > 0 {
				q = math.Round(float64(x / top * 127))
			}
			w.WriteByte(byte(int8(q)))
		}
	}
	for _, x := range n.out {
		put(math.Float32bits(x))
	}
}

func readNetworks(data []byte) (stamp string, nets []*network, err error) {
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok || len(rest) < sha256.Size+4 || len(data) > maxModelBytes {
		return "", nil, fmt.Errorf("%w: unknown format", ErrModelFile)
	}
	content := rest[sha256.Size:]
	if sum := sha256.Sum256(content); !bytes.Equal(sum[:], rest[:sha256.Size]) {
		return "", nil, fmt.Errorf("%w: checksum differs", ErrModelFile)
	}
	size := int64(binary.LittleEndian.Uint32(content))
	if size > int64(len(content)-4) {
		return "", nil, fmt.Errorf("%w: header cut short", ErrModelFile)
	}
	var hdr fileHeader
	if err := json.Unmarshal(content[4:4+size], &hdr); err != nil {
		return "", nil, fmt.Errorf("%w: header: %w", ErrModelFile, err)
	}
	body := content[4+size:]
	for _, sh := range hdr.Networks {
		n, used, err := decodeNetwork(sh, body)
		if err != nil {
			return "", nil, err
		}
		nets, body = append(nets, n), body[used:]
	}
	if len(body) != 0 {
		return "", nil, fmt.Errorf("%w: %d bytes too many", ErrModelFile, len(body))
	}
	return hdr.Stamp, nets, nil
}

// decodeNetwork reads one network from the start of b and returns its length.
func decodeNetwork(sh fileShapes, b []byte) (*network, int, error) {
	n := &network{heads: sh.Heads, hidden: sh.Hidden, scale: sh.Scale}
	if err := checkShapes(sh); err != nil {
		return nil, 0, err
	}
	n.outputs = layout(n.heads)
	width := n.width()
	need := 4*sh.Keys + 4*(sh.Keys+1) + (sh.Keys+1)*(4+width) + 4*n.hidden*n.outputs
	if need > len(b) {
		return nil, 0, fmt.Errorf("%w: cut short", ErrModelFile)
	}
	if err := n.decode(b[:need], sh.Keys); err != nil {
		return nil, 0, err
	}
	var err error
	if n.reader, err = newReader(sh.Lexicon); err != nil {
		return nil, 0, fmt.Errorf("%w: %w", ErrModelFile, err)
	}
	if sh.Words != nil {
		n.reader.spell = newSpeller(sh.Words, sh.Right)
	}
	return n, need, nil
}

// decode reads the numbers of a network with that many features from b, which
// is long enough.
func (n *network) decode(b []byte, keys int) error {
	at, width := 0, n.width()
	next := func() uint32 { at += 4; return binary.LittleEndian.Uint32(b[at-4:]) }
	n.vocab = &vocabulary{keys: make([]uint32, keys), idf: make([]float32, keys+1)}
	for i := range n.vocab.keys {
		n.vocab.keys[i] = next()
		if i > 0 && n.vocab.keys[i] <= n.vocab.keys[i-1] {
			return fmt.Errorf("%w: features out of order", ErrModelFile)
		}
	}
	for i := range n.vocab.idf {
		n.vocab.idf[i] = math.Float32frombits(next())
	}
	n.table = make([]float32, (keys+1)*width)
	for r := range keys + 1 {
		scale := math.Float32frombits(next())
		row := n.table[r*width:][:width]
		for i := range row {
			row[i] = float32(int8(b[at+i])) * scale
		}
		at += width
	}
	n.out = make([]float32, n.hidden*n.outputs)
	for i := range n.out {
		n.out[i] = math.Float32frombits(next())
	}
	n.vocab.index()
	return nil
}

// checkShapes refuses a header whose numbers can't be a network.
func checkShapes(sh fileShapes) error {
	const most = 1 << 20
	if sh.Keys < 0 || sh.Keys > most || sh.Hidden < 0 || sh.Hidden > 1<<12 || len(sh.Heads) == 0 || sh.Right < 0 || sh.Right > len(sh.Words) {
		return fmt.Errorf("%w: impossible sizes", ErrModelFile)
	}
	labels := 0
	for _, h := range sh.Heads {
		labels += len(h.Labels)
		bad := h.Kind != oneOf && h.Kind != anyOf || len(h.Labels) == 0 || !(h.Temperature > 0)
		bad = bad || len(h.Blend) != 0 && len(h.Blend) != blendSize
		if bad || len(h.Thresholds) != 0 && len(h.Thresholds) != len(h.Labels) {
			return fmt.Errorf("%w: head %q", ErrModelFile, h.Name)
		}
	}
	if labels > 1<<12 {
		return fmt.Errorf("%w: %d labels", ErrModelFile, labels)
	}
	return nil
}

// sameHeads compares names, kinds and labels, not calibration.
func sameHeads(a, b []head) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Kind != b[i].Kind || fmt.Sprint(a[i].Labels) != fmt.Sprint(b[i].Labels) {
			return false
		}
	}
	return true
}
