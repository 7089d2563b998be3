package eval

import (
	"fmt"
	"slices"
	"strings"
)

// Confusion counts which class was taken for which, and how sure the model was.
type Confusion struct {
	classes []string
	counts  [][]int // [truth][answer]
	answers []answer
}

// answer is one reading: how sure it was, and whether it was right.
type answer struct {
	confidence float64
	right      bool
}

// NewConfusion returns an empty table of these classes.
func NewConfusion(classes []string) *Confusion {
	c := &Confusion{classes: slices.Clone(classes), counts: make([][]int, len(classes))}
	for i := range c.counts {
		c.counts[i] = make([]int, len(classes))
	}
	return c
}

// Add takes one reading: the true class by its number, and a probability for each class. The answer is the
// class with the highest one, the first where two are equal.
func (c *Confusion) Add(truth int, probabilities []float32) {
	if truth < 0 || truth >= len(c.classes) || len(probabilities) != len(c.classes) {
		panic(fmt.Sprintf("eval: class %d with %d probabilities of %d classes", truth, len(probabilities),
			len(c.classes)))
	}
	best := 0
	for i, p := range probabilities {
		if p > probabilities[best] {
			best = i
		}
	}
	c.counts[truth][best]++
	c.answers = append(c.answers, answer{float64(probabilities[best]), best == truth})
}

// Classes are the names of the classes, in order.
func (c *Confusion) Classes() []string { return slices.Clone(c.classes) }

// Count is how many readings of the class truth were taken for answer; both by number.
func (c *Confusion) Count(truth, answer int) int { return c.counts[truth][answer] }

// Total is the number of readings.
func (c *Confusion) Total() int { return len(c.answers) }

// Accuracy is the share of right answers, 0..1; 0 without any.
func (c *Confusion) Accuracy() float64 {
	right := 0
	for i := range c.classes {
		right += c.counts[i][i]
	}
	return float64(right) / float64(max(len(c.answers), 1))
}

// F1 is the harmonic mean of precision and recall of one class. ok is false for a class that neither occurs
// nor was ever answered.
func (c *Confusion) F1(class int) (f1 float64, ok bool) {
	occurs, answered := 0, 0
	for i := range c.classes {
		occurs += c.counts[class][i]
		answered += c.counts[i][class]
	}
	if occurs+answered == 0 {
		return 0, false
	}
	return 2 * float64(c.counts[class][class]) / float64(occurs+answered), true
}

// MacroF1 is the mean of F1 over the classes that occur or were answered: each counts the same, however
// rare.
func (c *Confusion) MacroF1() float64 {
	sum, n := 0.0, 0
	for i := range c.classes {
		if f1, ok := c.F1(i); ok {
			sum += f1
			n++
		}
	}
	return sum / float64(max(n, 1))
}

// ECE is the expected calibration error (Naeini et al. 2015; Guo et al., "On Calibration of Modern Neural
// Networks", 2017): how far, on average, the model's confidence lies from the share of its answers that are
// right, over bins of equal width. 0 is honest, 1 the opposite.
func (c *Confusion) ECE(bins int) float64 {
	bins = max(bins, 1)
	confidence, right := make([]float64, bins), make([]float64, bins)
	for _, a := range c.answers {
		b := min(max(int(a.confidence*float64(bins)), 0), bins-1)
		confidence[b] += a.confidence
		if a.right {
			right[b]++
		}
	}
	sum := 0.0
	for b := range bins {
		sum += max(confidence[b]-right[b], right[b]-confidence[b])
	}
	return sum / float64(max(len(c.answers), 1))
}

// Table is the counts as text: a row for each true class, a column for each answer, then recall and F1.
func (c *Confusion) Table() string {
	wide := len("truth \\ answer")
	for _, name := range c.classes {
		wide = max(wide, len(name))
	}
	var s strings.Builder
	fmt.Fprintf(&s, "%-*s", wide, "truth \\ answer")
	for _, name := range c.classes {
		fmt.Fprintf(&s, " %*s", max(len(name), 5), name)
	}
	s.WriteString("  recall     F1\n")
	for i, name := range c.classes {
		fmt.Fprintf(&s, "%-*s", wide, name)
		occurs := 0
		for j, answer := range c.classes {
			fmt.Fprintf(&s, " %*d", max(len(answer), 5), c.counts[i][j])
			occurs += c.counts[i][j]
		}
		recall, score := "-", "-"
		if occurs > 0 {
			recall = fmt.Sprintf("%.3f", float64(c.counts[i][i])/float64(occurs))
		}
		if f1, ok := c.F1(i); ok {
			score = fmt.Sprintf("%.3f", f1)
		}
		fmt.Fprintf(&s, "  %6s %6s\n", recall, score)
	}
	return s.String()
}
