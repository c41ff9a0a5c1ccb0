package index

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"errors"
	"flag"
	"maps"
	"math"
	"math/rand"
	"os"
	"slices"
	"testing"

	"wegwijzer/knowledge/kaart"
)

// outsideText are sentences that no kind of help answers, by theme.
//
//go:embed content/buiten.txt
var outsideText string

var trainAsked = flag.Bool("train", false, "train the model of kinds of help anew and write asked.bin")

// TestAskedModelIsFresh fails when the sentences have changed since the model
// was trained; -train trains it.
func TestAskedModelIsFresh(t *testing.T) {
	kinds, err := kaart.Hulpsoorten()
	if err != nil {
		t.Fatal(err)
	}
	outside := contentGroups(outsideText)
	if *trainAsked {
		if err := os.WriteFile("asked.bin", learnAsked(kinds, outside, askedEpochs).encode(), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Log("written; build again")
		return
	}
	m, err := decodeAsked(askedFile)
	if err != nil {
		t.Fatal(err)
	}
	if !m.fits(kinds) {
		t.Error("the model knows other kinds of help; run go test ./knowledge/index -run AskedModelIsFresh -train")
	}
	if m.content != askedContent(kinds, outside) {
		t.Error("the sentences have changed; run go test ./knowledge/index -run AskedModelIsFresh -train")
	}
}

// TestAskedModelGeneralises trains without a tenth of the sentences and counts
// for how many of those the right kind is among the first three.
func TestAskedModelGeneralises(t *testing.T) {
	kinds, err := kaart.Hulpsoorten()
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]int{}
	for i, k := range kinds {
		var rest []string
		for j, s := range k.Sentences {
			if j%10 == 7 {
				held[s] = i
			} else {
				rest = append(rest, s)
			}
		}
		kinds[i].Sentences = rest
	}
	m, err := decodeAsked(learnAsked(kinds, contentGroups(outsideText), 4).encode())
	if err != nil {
		t.Fatal(err)
	}
	a, right := newAnalyser(), 0
	for s, k := range held {
		p := m.chances(a, a.bagOf(s), words(s))
		better := 0
		for _, x := range p {
			if x > p[k] {
				better++
			}
		}
		if better < 3 {
			right++
		}
	}
	if len(held) == 0 {
		t.Fatal("no sentences")
	}
	share := float64(right) / float64(len(held))
	t.Logf("the right kind is among the first three for %.3f of %d sentences that weren't learnt", share, len(held))
	if share < 0.5 {
		t.Errorf("is %.3f, want 0.50", share)
	}
}

func FuzzDecodeAsked(f *testing.F) {
	f.Add(askedFile[:200])
	f.Add([]byte("wwk1"))
	small := learnAsked([]kaart.Hulpsoort{{ID: "a", Name: "een", Sentences: []string{"ik wil dit"}}, {ID: "b", Name: "twee", Sentences: []string{"en dat niet"}}}, nil, 1)
	f.Add(small.encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := decodeAsked(data)
		if err != nil {
			if !errors.Is(err, errAskedFile) {
				t.Errorf("error %v", err)
			}
			return
		}
		a := newAnalyser()
		if p := m.chances(a, a.bagOf("ik wil dit"), words("ik wil dit")); len(p) != len(m.kinds)+1 {
			t.Errorf("%d chances of %d kinds", len(p), len(m.kinds))
		}
	})
}

// How the model is trained; found by cross-validation.
const (
	askedEpochs = 14
	askedRate   = 0.3
	askedDecay  = 0.0003
	askedDrop   = 0.4 // of the features of a text, another part each time
	askedLeast  = 10  // steps below which a weight is left out: a tenth of the file, as good
	askedSteps  = 127
)

// sparse is one text as a vector over the features.
type sparse struct {
	feature []int32
	weight  []float32
	kind    int
}

// askedTrainer learns the weights of every feature for every kind.
type askedTrainer struct {
	kinds      int // and one for none
	at         map[uint32]int32
	hashes     []uint32
	df         []float64
	idf, bias  []float32
	weight, sq []float32
	texts      []sparse
}

func learnAsked(kinds []kaart.Hulpsoort, outside [][]string, epochs int) *trainedAsked {
	tr := &askedTrainer{kinds: len(kinds) + 1, at: map[uint32]int32{}}
	a := newAnalyser()
	for i, k := range kinds {
		for _, s := range append(append(slices.Clone(k.Sentences), k.Words...), k.Name) {
			tr.add(a, s, i)
		}
	}
	for _, theme := range outside {
		for _, s := range theme {
			tr.add(a, s, len(kinds))
		}
	}
	tr.unit()
	tr.run(epochs)
	out := &trainedAsked{askedTrainer: tr, content: askedContent(kinds, outside)}
	for _, k := range kinds {
		out.ids = append(out.ids, k.ID)
	}
	return out
}

func (tr *askedTrainer) add(a *analyser, text string, kind int) {
	list := words(text)
	sums := map[uint32]float32{}
	askedFeatures(a, a.bagOf(text), list, func(h uint64, w float32) { sums[uint32(h)] += w })
	x := sparse{kind: kind}
	for _, h := range slices.Sorted(maps.Keys(sums)) {
		f, ok := tr.at[h]
		if !ok {
			f = int32(len(tr.hashes))
			tr.at[h] = f
			tr.hashes, tr.df = append(tr.hashes, h), append(tr.df, 0)
		}
		tr.df[f]++
		x.feature, x.weight = append(x.feature, f), append(x.weight, saturate(sums[h]))
	}
	tr.texts = append(tr.texts, x)
}

// unit weighs the features by their rarity and makes every text as long as any.
func (tr *askedTrainer) unit() {
	tr.idf = make([]float32, len(tr.df))
	for f, n := range tr.df {
		tr.idf[f] = float32(math.Log(1 + float64(len(tr.texts))/n))
	}
	for _, x := range tr.texts {
		var sum float64
		for i, f := range x.feature {
			x.weight[i] *= tr.idf[f]
			sum += float64(x.weight[i] * x.weight[i])
		}
		for i := range x.weight {
			x.weight[i] *= askedScale / float32(math.Sqrt(sum))
		}
	}
}

// run goes over the texts in another order each time, by AdaGrad.
func (tr *askedTrainer) run(epochs int) {
	n := tr.kinds
	tr.bias = make([]float32, n)
	tr.weight, tr.sq = make([]float32, n*len(tr.hashes)), make([]float32, n*len(tr.hashes))
	r := rand.New(rand.NewSource(1))
	for range epochs {
		for _, i := range r.Perm(len(tr.texts)) {
			tr.learn(tr.texts[i], r)
		}
	}
}

func (tr *askedTrainer) learn(x sparse, r *rand.Rand) {
	n := tr.kinds
	p := slices.Clone(tr.bias)
	dropped := make([]bool, len(x.feature))
	for i, f := range x.feature {
		if dropped[i] = r.Float32() < askedDrop; dropped[i] {
			continue
		}
		for k, w := range tr.weight[int(f)*n : (int(f)+1)*n] {
			p[k] += w * x.weight[i]
		}
	}
	softmax(p)
	p[x.kind]--
	for k, g := range p {
		tr.bias[k] -= 0.01 * askedRate * g
	}
	for i, f := range x.feature {
		if dropped[i] {
			continue
		}
		row, sq := tr.weight[int(f)*n:(int(f)+1)*n], tr.sq[int(f)*n:(int(f)+1)*n]
		for k, e := range p {
			if e < 0.002 && e > -0.002 {
				continue
			}
			g := e*x.weight[i] + askedDecay*row[k]
			sq[k] += g * g
			row[k] -= askedRate * g / (float32(math.Sqrt(float64(sq[k]))) + 0.1)
		}
	}
}

// trainedAsked is what the file is written from.
type trainedAsked struct {
	*askedTrainer
	ids     []kaart.HulpsoortID
	content [32]byte
}

// encode writes the weights in steps of 8 bits, without those that are nothing.
func (m *trainedAsked) encode() []byte {
	var most float32
	for _, w := range m.weight {
		most = max(most, w, -w)
	}
	h := askedHead{Magic: askedMagic, Content: m.content, Kinds: uint32(len(m.ids)), Step: most / askedSteps}
	var hashes []uint32
	var idf []float32
	var counts []uint16
	var steps []kindStep
	for f, hash := range m.hashes {
		n := len(steps)
		for k, w := range m.weight[f*m.kinds : (f+1)*m.kinds] {
			if s := math.Round(float64(w / h.Step)); math.Abs(s) >= askedLeast {
				steps = append(steps, kindStep{uint8(k), int8(s)})
			}
		}
		hashes, idf, counts = append(hashes, hash), append(idf, m.idf[f]), append(counts, uint16(len(steps)-n))
	}
	h.Features, h.Weights = uint32(len(hashes)), uint32(len(steps))
	var b bytes.Buffer
	put := func(v any) {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			panic(err)
		}
	}
	put(h)
	for _, id := range m.ids {
		put(uint8(len(id)))
		put([]byte(id))
	}
	for _, v := range []any{m.bias, hashes, idf, counts, steps} {
		put(v)
	}
	return b.Bytes()
}
