package room

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatMayBeChosen(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, ca := g.person("a")
		for _, c := range []struct {
			mode, picture, strength string
			want                    Code
		}{
			{"sparkle", "", "", CodeUnknownMode},
			{"", "", "", CodeUnknownMode},
			{"picture", "", "", CodeUnknownPicture},
			{"picture", "../beach", "", CodeUnknownPicture},
			{"picture", "own:1", "", CodeUnknownPicture}, // nobody has pictures here
			{"mood", "", "", CodeConsentRequired},
			{"tint", "", "", CodeConsentRequired},
			{"blur", "", "medium", CodeUnknownStrength},
		} {
			err := a.SetFilter(t.Context(), FilterWish{Mode: c.mode, Picture: c.picture, Strength: c.strength})
			require.ErrorIs(t, err, &Error{Code: c.want}, c.mode)
		}
		require.Empty(t, heard[FilterState](ca), "a refusal changes nothing")
	})
}

func TestMoodNeedsAConsentOfTheCurrentText(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, _, _ := g.caller("a")
		_, cb, _ := g.caller("b")
		require.ErrorIs(t, a.SetConsent(true, 0), &Error{Code: CodeConsentRequired})
		require.ErrorIs(t, a.SetFilter(t.Context(), FilterWish{Mode: "mood"}), &Error{Code: CodeConsentRequired})
		require.ErrorIs(t, a.ShareMood(true), &Error{Code: CodeConsentRequired})
		require.False(t, g.filters[0].look().consent)

		require.NoError(t, a.SetConsent(true, 1))
		require.True(t, g.filters[0].look().consent)
		require.NoError(t, a.SetFilter(t.Context(), FilterWish{Mode: "mood"}))
		require.NoError(t, a.ShareMood(true))
		require.Equal(t, []PeerMood{{ParticipantID: a.ID(), Shared: true}}, heard[PeerMood](cb))

		// Taking it back: at once, and the room behind stays hidden.
		require.NoError(t, a.SetConsent(false, 0))
		f := g.filters[0].look()
		require.False(t, f.consent)
		require.Equal(t, "blur", f.choice.Mode)
		require.Equal(t, []PeerMood{{ParticipantID: a.ID()}}, heard[PeerMood](cb))
		require.ErrorIs(t, a.SetFilter(t.Context(), FilterWish{Mode: "mood"}), &Error{Code: CodeConsentRequired})
	})
}

func TestWithdrawalTellsBothTheNewMode(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, _, _ := g.caller("a")
		_, cb, _ := g.caller("b")
		require.NoError(t, a.SetConsent(true, 1))
		require.NoError(t, a.SetFilter(t.Context(), FilterWish{Mode: "mood"}))
		heard[FilterState](cb)
		require.NoError(t, a.SetConsent(false, 1))
		told := heard[FilterState](cb)
		require.Len(t, told, 1)
		require.Equal(t, "blur", told[0].Mode)
	})
}

func TestWithoutMoodsNothingReadsThem(t *testing.T) {
	work := func(c *Config) {
		c.Filters.MoodEnabled = false
		c.Filters.Modes = []string{"off", "blur", "picture"}
	}
	inBubble(t, work, func(t *testing.T, g *rig) {
		a, _, _ := g.caller("a")
		require.ErrorIs(t, a.SetConsent(true, 1), &Error{Code: CodeMoodDisabled})
		require.ErrorIs(t, a.SetFilter(t.Context(), FilterWish{Mode: "mood"}), &Error{Code: CodeMoodDisabled})
		require.ErrorIs(t, a.ShareMood(true), &Error{Code: CodeMoodDisabled})
		require.NoError(t, a.SetConsent(false, 1), "a no is always right")
		g.filters[0].set("happy")
		time.Sleep(3 * time.Second)
		require.Zero(t, g.filters[0].look().asked)
	})
}

func TestMoodGoesToItsOwner(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, _, pa := g.caller("a")
		_, _, pb := g.caller("b")
		f := g.filters[0]
		f.set("happy")
		time.Sleep(time.Second)
		require.Zero(t, f.look().asked, "without consent nobody looks")

		require.NoError(t, a.SetConsent(true, 1))
		require.NoError(t, a.SetFilter(t.Context(), FilterWish{Mode: "mood"}))
		time.Sleep(100 * time.Millisecond)
		pa.received(t, "")
		time.Sleep(3 * time.Second)
		moods := pa.received(t, "mood")
		require.GreaterOrEqual(t, len(moods), 3, "at least each second")
		require.LessOrEqual(t, len(moods), 4, "the same mood is not repeated at 5 Hz")
		require.Equal(t, "happy", moods[0]["label"])
		require.Equal(t, a.ID(), moods[0]["participant_id"])
		require.Empty(t, pb.received(t, "mood"), "not shared")

		require.NoError(t, a.ShareMood(true))
		f.set("sad")
		time.Sleep(250 * time.Millisecond)
		require.NotEmpty(t, pb.received(t, "mood"))
		require.NotEmpty(t, pa.received(t, "mood"), "a change is told at once")

		require.NoError(t, a.SetConsent(false, 1))
		asked := f.look().asked
		f.set("angry")
		time.Sleep(2 * time.Second)
		require.Empty(t, pb.received(t, "mood"))
		require.Empty(t, pa.received(t, "mood"))
		require.Equal(t, asked, f.look().asked)
	})
}

func TestANewLineKeepsWhatWasChosen(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, _ := g.person("a")
		require.NoError(t, a.SetConsent(true, 1))
		require.NoError(t, a.SetFilter(t.Context(), FilterWish{Mode: "mood"}))
		_, err := a.Offer(t.Context(), "sdp")
		require.NoError(t, err)
		peer := g.peers[a.ID()]
		peer.h.Camera(peer.up)
		synctest.Wait()
		f := g.filters[0].look()
		require.Equal(t, "mood", f.choice.Mode)
		require.True(t, f.consent)
	})
}

func TestTintRestsOnTheSameConsent(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, ca, pa := g.caller("a")
		require.NoError(t, a.SetConsent(true, 1))
		require.NoError(t, a.SetFilter(t.Context(), FilterWish{Mode: ModeTint}))
		g.filters[0].set("happy")
		time.Sleep(time.Second)
		require.NotEmpty(t, pa.received(t, "mood"), "it shows the mood")
		require.NoError(t, a.ShareMood(true))
		a.room.do(func() { require.Equal(t, "happy", a.seat.sharedMood()) })

		heard[FilterState](ca)
		require.NoError(t, a.SetConsent(false, 1))
		f := g.filters[0].look()
		require.False(t, f.consent)
		require.Equal(t, Choice{Mode: ModeBlur, Strength: StrengthStrong}, f.choice)
		require.Equal(t, ModeBlur, heard[FilterState](ca)[0].Mode)
		time.Sleep(2 * time.Second)
		require.Equal(t, f.asked, g.filters[0].look().asked, "nobody looks any more")
	})
}

func TestTintNeedsMoods(t *testing.T) {
	work := func(c *Config) { c.Filters.MoodEnabled = false }
	inBubble(t, work, func(t *testing.T, g *rig) {
		a, _ := g.person("a")
		err := a.SetFilter(t.Context(), FilterWish{Mode: ModeTint})
		require.ErrorIs(t, err, &Error{Code: CodeMoodDisabled})
	})
}

func TestStrengthOfABlur(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, _, _ := g.caller("a")
		_, cb, _ := g.caller("b")
		for _, c := range []struct{ mode, strength, want string }{
			{ModeBlur, "", StrengthStrong},
			{ModeBlur, StrengthLight, StrengthLight},
			{ModeBlur, StrengthStrong, StrengthStrong},
			{ModeOff, StrengthLight, ""}, // it is not read
		} {
			require.NoError(t, a.SetFilter(t.Context(), FilterWish{Mode: c.mode, Strength: c.strength}))
			require.Equal(t, Choice{Mode: c.mode, Strength: c.want}, g.filters[0].look().choice)
			require.Equal(t, c.want, heard[FilterState](cb)[0].Strength)
		}
	})
}

// A filter that does not know the chosen mode any more must not show the open camera.
func TestWhatAFilterCannotShowBecomesABlur(t *testing.T) {
	var g *rig
	change := func(c *Config) {
		c.NewFilter = func() (Filter, error) {
			f := &fakeFilter{refuses: "picture"}
			g.filters = append(g.filters, f)
			return f, nil
		}
	}
	inBubble(t, change, func(t *testing.T, r *rig) {
		g = r
		a, ca := g.person("a")
		require.NoError(t, a.SetFilter(t.Context(), FilterWish{Mode: "picture", Picture: "beach"}))
		_, err := a.Offer(t.Context(), "sdp")
		require.NoError(t, err)
		heard[FilterState](ca)
		peer := g.peers[a.ID()]
		peer.h.Camera(peer.up)
		synctest.Wait()
		require.Equal(t, Choice{Mode: ModeBlur, Strength: StrengthStrong}, g.filters[0].look().choice)
		require.Equal(t, ModeBlur, heard[FilterState](ca)[0].Mode)
	})
}
