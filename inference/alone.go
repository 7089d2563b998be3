package inference

import (
	"fmt"
	"time"
)

// Cadence says how often the models ran in what is to be compared.
type Cadence struct {
	Pictures int
	// MatteEvery, FaceEvery and EmotionEvery: after how many pictures each model runs again; 0 never.
	MatteEvery, FaceEvery, EmotionEvery int
}

// RunModelsAlone runs the models at a cadence with nothing around them, on one worker, and returns the time
// that their runs took together: the part of a line's time that only other models could save. The mode mood
// must be enabled where FaceEvery or EmotionEvery is set.
func (e *Engine) RunModelsAlone(c Cadence) (time.Duration, error) {
	if !e.cfg.MoodEnabled && (c.FaceEvery > 0 || c.EmotionEvery > 0) {
		return 0, fmt.Errorf("run face models: %w", ErrMoodDisabled)
	}
	w, err := e.acquire(-1, nil)
	if err != nil {
		return 0, err
	}
	defer e.release(w)
	var total time.Duration
	for i := range c.Pictures {
		for _, m := range []struct {
			s     session
			every int
		}{{w.segment, c.MatteEvery}, {w.face, c.FaceEvery}, {w.emotion, c.EmotionEvery}} {
			if m.every == 0 || i%m.every != 0 {
				continue
			}
			begin := time.Now()
			if err := m.s.Run(); err != nil {
				return total, fmt.Errorf("run model: %w", err)
			}
			total += time.Since(begin)
		}
	}
	return total, nil
}
