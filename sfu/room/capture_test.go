package room

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// captured is what came of a capture.
type captured struct {
	stills []Still
	err    error
}

// capture starts one and waits until it stands still.
func (g *rig) capture(ctx context.Context, key string, w Wish) <-chan captured {
	out := make(chan captured, 1)
	go func() {
		stills, err := g.Capture(ctx, info().ID, key, w)
		out <- captured{stills, err}
	}()
	synctest.Wait()
	return out
}

// code is the code of a refusal.
func code(t *testing.T, err error) Code {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	return e.Code
}

func both() Wish { return Wish{Layout: LayoutBoth, Filtered: true} }

func TestCaptureNeedsAYes(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		_, adas := g.person("ada")
		bob, bobs := g.person("bob")
		for allow, want := range map[Allow]Code{
			AllowNo: CodeCaptureRefused, AllowOnce: CodeCaptureFailed, AllowCall: CodeCaptureFailed,
		} {
			time.Sleep(time.Minute) // a no holds for a while
			heard[CaptureResult](bobs)
			done := g.capture(t.Context(), "ada", both())
			asks := heard[CaptureAsk](bobs)
			require.Len(t, asks, 1, allow)
			require.Equal(t, LayoutBoth, asks[0].Layout)
			require.NoError(t, bob.AnswerCapture(asks[0].ID, allow))
			require.Equal(t, want, code(t, (<-done).err), "without a camera a yes yields no picture: %s", allow)
			synctest.Wait()
			for _, c := range []*fakeConn{adas, bobs} {
				results := heard[CaptureResult](c)
				require.Len(t, results, 1)
				require.Equal(t, want, results[0].Reason)
				require.False(t, results[0].Taken)
			}
			require.Equal(t, CodeCaptureOver, code(t, bob.AnswerCapture(asks[0].ID, allow)), "once is enough")
			require.NoError(t, bob.AllowCaptures(false))
		}
	})
}

func TestCaptureOfOneselfAsksNobody(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		g.person("ada")
		_, bobs := g.person("bob")
		got := <-g.capture(t.Context(), "ada", Wish{Layout: LayoutMe})
		require.Equal(t, CodeCaptureFailed, code(t, got.err), "the camera is off")
		require.Empty(t, heard[CaptureAsk](bobs))
	})
}

func TestAllowedForTheCallIsForFilteredPicturesOfThatPerson(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		ada, _ := g.person("ada")
		bob, bobs := g.person("bob")
		require.NoError(t, bob.AllowCaptures(true))
		got := <-g.capture(t.Context(), "ada", both())
		require.Equal(t, CodeCaptureFailed, code(t, got.err))
		require.Empty(t, heard[CaptureAsk](bobs))

		raw := g.capture(t.Context(), "ada", Wish{Layout: LayoutOther})
		asks := heard[CaptureAsk](bobs)
		require.Len(t, asks, 1, "the room behind the filter is asked for each time")
		require.NoError(t, bob.AnswerCapture(asks[0].ID, AllowNo))
		<-raw
		got = <-g.capture(t.Context(), "ada", both())
		require.Equal(t, CodeCaptureRefused, code(t, got.err), "a no ends the permission, and holds")
		require.Empty(t, heard[CaptureAsk](bobs))

		require.NoError(t, bob.AllowCaptures(true))
		ada.Leave()
		g.person("cy")
		time.Sleep(time.Minute)
		heard[CaptureAsk](bobs)
		cys := g.capture(t.Context(), "cy", both())
		require.Len(t, heard[CaptureAsk](bobs), 1, "it was for somebody else")
		bob.Leave()
		require.Equal(t, CodeCaptureAlone, code(t, (<-cys).err))
	})
}

func TestCaptureEndsWithoutAnAnswer(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		ada, adas := g.person("ada")
		bob, bobs := g.person("bob")
		began := time.Now()
		got := <-g.capture(t.Context(), "ada", both())
		require.Equal(t, CodeCaptureUnanswered, code(t, got.err))
		require.Equal(t, captureAnswer, time.Since(began))
		synctest.Wait()
		require.Equal(t, CodeCaptureUnanswered, heard[CaptureResult](bobs)[0].Reason, "the question is over")

		ctx, cancel := context.WithCancel(t.Context())
		done := g.capture(ctx, "ada", both())
		second := g.capture(t.Context(), "bob", both())
		require.Equal(t, CodeCaptureBusy, code(t, (<-second).err))
		cancel()
		require.Equal(t, CodeCaptureUnanswered, code(t, (<-done).err))
		require.True(t, errors.Is(ctx.Err(), context.Canceled))

		done = g.capture(t.Context(), "ada", both())
		bob.Lost()
		require.Equal(t, CodeCaptureAlone, code(t, (<-done).err))
		got = <-g.capture(t.Context(), "ada", both())
		require.Equal(t, CodeCaptureAlone, code(t, got.err), "nobody is there to be asked")
		_, err := g.Capture(t.Context(), info().ID, "mallory", both())
		require.ErrorIs(t, err, ErrNotFound)
		heard[CaptureResult](adas)
		ada.Leave()
		_, err = g.Capture(t.Context(), info().ID, "ada", both())
		require.ErrorIs(t, err, ErrNotFound)
	})
}

func TestANewTabIsAskedAgain(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		g.person("ada")
		_, first := g.person("bob")
		done := g.capture(t.Context(), "ada", both())
		ask := heard[CaptureAsk](first)[0]
		bob, second := g.person("bob")
		require.Equal(t, []CaptureAsk{ask}, heard[CaptureAsk](second))
		require.NoError(t, bob.AnswerCapture(ask.ID, AllowNo))
		require.Equal(t, CodeCaptureRefused, code(t, (<-done).err))
	})
}

func TestCapturesAreLimited(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		g.person("ada")
		for range captureBurst {
			got := <-g.capture(t.Context(), "ada", Wish{Layout: LayoutMe})
			require.Equal(t, CodeCaptureFailed, code(t, got.err))
		}
		got := <-g.capture(t.Context(), "ada", Wish{Layout: LayoutMe})
		require.Equal(t, CodeRateLimited, code(t, got.err))
	})
}

func TestCaptureKnowsOnlyMoodsThatAreShared(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		ada, _, _ := g.caller("ada")
		mood := func() (label string) {
			ada.room.do(func() { label = ada.seat.sharedMood() })
			return label
		}
		require.NoError(t, ada.SetConsent(true, 1))
		require.NoError(t, ada.SetFilter(t.Context(), FilterWish{Mode: ModeMood}))
		g.filters[0].set("happy")
		require.Empty(t, mood(), "agreed to, and shown to nobody")
		require.NoError(t, ada.ShareMood(true))
		require.Equal(t, "happy", mood())
		require.NoError(t, ada.SetFilter(t.Context(), FilterWish{Mode: ModeBlur}))
		require.Empty(t, mood())
		require.NoError(t, ada.SetFilter(t.Context(), FilterWish{Mode: ModeMood}))
		require.NoError(t, ada.SetConsent(false, 1))
		require.Empty(t, mood())
	})
}

func TestNobodyIsAskedAgainAndAgain(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		g.person("ada")
		_, bobs := g.person("bob")
		for range 2 * captureBurst {
			time.Sleep(captureEvery)
			ctx, cancel := context.WithCancel(t.Context())
			done := g.capture(ctx, "ada", both())
			cancel()
			<-done
		}
		require.Len(t, heard[CaptureAsk](bobs), captureBurst)
	})
}
