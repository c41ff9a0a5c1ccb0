package paper

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"

	"wegwijzer/dialogs/plan"
)

// Measures of the sheet, in millimetres and points: A4 with letters that can be
// read without glasses.
const (
	margin     = 22.0
	titleSize  = 22.0
	headSize   = 14.0
	textSize   = 12.5
	smallSize  = 10.0
	lineHeight = 6.4
	roomLines  = 3 // for a pen, where a part is empty
	indent     = 5.0
	keep       = 34.0 // of a section must fit on the sheet where it begins
)

// sheet is a PDF while it is written.
type sheet struct {
	*fpdf.Fpdf
	font    *sfnt.Font
	buf     sfnt.Buffer
	dropped bool
}

// PDF writes a document on A4. The same document gives the same bytes.
func PDF(d plan.Document) ([]byte, error) {
	font, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("the font of the PDF: %w", err)
	}
	s := &sheet{Fpdf: fpdf.New("P", "mm", "A4", ""), font: font}
	s.AddUTF8FontFromBytes("go", "", goregular.TTF)
	s.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	s.about(d)
	s.AddPage()
	s.top(d)
	for _, part := range d.Parts {
		s.section(part, s.clean(d.Room))
	}
	if d.Terms.Heading != "" {
		s.section(d.Terms, "")
	}
	if s.dropped {
		s.Ln(lineHeight)
		s.text("", smallSize, wordsOf(d.Lang).Unprintable)
	}
	var b bytes.Buffer
	if err := s.Output(&b); err != nil {
		return nil, fmt.Errorf("write the PDF: %w", err)
	}
	return b.Bytes(), nil
}

// about sets what a reader's program says of the file, and the foot of each
// sheet.
func (s *sheet) about(d plan.Document) {
	lang := "nl-NL"
	if d.Lang == "en" {
		lang = "en-GB"
	}
	title := s.clean(d.Title)
	s.SetLang(lang)
	s.SetTitle(title, true)
	s.SetCreator("wegwijzer", false)
	s.SetCatalogSort(true)
	s.SetCreationDate(d.Made)
	s.SetModificationDate(d.Made)
	s.SetMargins(margin, margin, margin)
	s.SetAutoPageBreak(true, margin)
	s.AliasNbPages("")
	s.SetFooterFunc(func() {
		s.SetY(-margin + 6)
		s.SetFont("go", "", smallSize)
		s.SetTextColor(89, 89, 89)
		s.CellFormat(0, lineHeight, title+" · "+fmt.Sprintf(wordsOf(d.Lang).Page, s.PageNo()), "", 0, "C", false, 0, "")
		s.SetTextColor(26, 26, 26)
	})
}

func (s *sheet) top(d plan.Document) {
	s.SetTextColor(26, 26, 26)
	s.Bookmark(s.clean(d.Title), 0, -1)
	s.SetFont("go", "B", titleSize)
	s.MultiCell(0, 10, s.clean(d.Title), "", "L", false)
	s.Ln(1)
	for _, line := range d.About {
		s.text("", textSize, line)
	}
	s.text("B", textSize, d.Own)
}

// section writes a heading with its lines; it begins on a new sheet rather than
// leave its heading alone at the foot of one.
func (s *sheet) section(part plan.Section, room string) {
	_, height := s.GetPageSize()
	if s.GetY()+keep > height-margin {
		s.AddPage()
	} else {
		s.Ln(4)
	}
	heading := s.clean(part.Heading)
	s.Bookmark(heading, 1, -1)
	s.SetFont("go", "B", headSize)
	s.MultiCell(0, 7.5, heading, "", "L", false)
	for _, line := range part.Lines {
		s.text("", textSize, line)
	}
	if len(part.Lines) == 0 && room != "" {
		s.SetTextColor(89, 89, 89)
		s.text("", smallSize, room)
		s.SetTextColor(26, 26, 26)
		s.room()
	}
}

// room draws lines for a pen.
func (s *sheet) room() {
	width, _ := s.GetPageSize()
	s.SetDrawColor(118, 118, 118)
	s.SetLineWidth(0.2)
	for range roomLines {
		s.Ln(8)
		s.Line(margin, s.GetY(), width-margin, s.GetY())
	}
	s.Ln(2)
}

// text writes a paragraph, or an item with its bullet in the margin of it.
func (s *sheet) text(weight string, size float64, line string) {
	s.SetFont("go", weight, size)
	height := lineHeight * size / textSize
	item, isItem := strings.CutPrefix(line, bullet)
	if isItem {
		s.SetLeftMargin(margin + indent)
		s.SetX(margin)
		s.CellFormat(indent, height, strings.TrimSpace(bullet), "", 0, "L", false, 0, "")
	}
	s.MultiCell(0, height, s.clean(item), "", "L", false)
	s.SetLeftMargin(margin)
	s.SetX(margin)
}

// clean puts a box in the place of what the font can't write, and remembers
// that it did.
func (s *sheet) clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
			return -1 // an accent that stands apart, a mark of direction
		case r > 0xFFFF || !s.has(r):
			s.dropped = true
			return '□'
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(text, "□")))
}

func (s *sheet) has(r rune) bool {
	i, err := s.font.GlyphIndex(&s.buf, r)
	return err == nil && i != 0
}
