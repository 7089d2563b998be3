package peer

import (
	"context"
	"fmt"
	"slices"

	"github.com/pion/webrtc/v4"
)

// maxEarlyCandidates bounds the candidates that wait for the offer; a browser trickles about ten.
const maxEarlyCandidates = 64

// maxCandidates bounds the candidates of one offer: the server checks the way to each of them, so that
// without a bound a client could aim its checks at any number of strangers.
const maxCandidates = 128

// Answer answers the browser's offer: the first one, or a later one that restarts ICE or declares new SSRCs.
// The answer holds all of the server's candidates. What the client did wrong is an *Error; after one with
// bad_sdp or codec_unsupported that the offer's own check found, nothing has changed and another offer may
// follow; after one that is ErrUnusable the peer is only good for Close. It takes at most
// Config.AnswerTimeout.
func (p *Peer) Answer(ctx context.Context, offerSDP string) (answerSDP string, err error) {
	ctx, cancel := context.WithTimeout(ctx, p.factory.cfg.AnswerTimeout)
	defer cancel()
	select {
	case p.answering <- struct{}{}:
		defer func() { <-p.answering }()
	case <-ctx.Done():
		return "", fmt.Errorf("wait for the answer before: %w", ctx.Err())
	case <-p.ctx.Done():
		return "", ErrClosed
	}
	if p.ctx.Err() != nil {
		return "", ErrClosed
	}
	if ctx.Err() != nil { // the choice above is at random where both may go
		return "", fmt.Errorf("answer: %w", ctx.Err())
	}
	o, err := parseOffer(offerSDP, p.factory.cfg.H264)
	if err != nil {
		return "", err
	}
	if old := p.negotiated.Load(); old != nil && old.mids != o.mids {
		return "", badSDP("the m-lines are not those of the first offer", nil)
	}
	return p.apply(ctx, o, offerSDP)
}

// apply negotiates a checked offer.
func (p *Peer) apply(ctx context.Context, o *offer, text string) (string, error) {
	p.guard.declare(o.ssrcs)
	p.down.Store(uint32(o.down))
	p.negotiated.Store(o)
	err := p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: text})
	if err != nil {
		return "", broken("the offer cannot be applied", err)
	}
	for _, line := range []*webrtc.RTPTransceiver{p.cameraLine, p.mirrorLine} {
		if err = orderCodecs(line); err != nil {
			return "", broken("the codecs cannot be ordered", err)
		}
	}
	answer, err := p.pc.CreateAnswer(nil)
	if err != nil {
		return "", broken("the offer cannot be answered", err)
	}
	gathered := webrtc.GatheringCompletePromise(p.pc)
	if err = p.pc.SetLocalDescription(answer); err != nil {
		return "", broken("the answer cannot be applied", err)
	}
	p.flushCandidates()
	select {
	case <-gathered:
	case <-ctx.Done():
		return "", fmt.Errorf("gather candidates: %w", ctx.Err())
	case <-p.ctx.Done():
		return "", ErrClosed
	}
	local := p.pc.LocalDescription()
	if local == nil {
		return "", ErrClosed
	}
	return local.SDP, nil
}

// orderCodecs puts the negotiated codecs of a line in the server's order.
func orderCodecs(line *webrtc.RTPTransceiver) error {
	codecs := slices.Clone(line.Sender().GetParameters().Codecs)
	slices.SortStableFunc(codecs, func(a, b webrtc.RTPCodecParameters) int { return rank(a) - rank(b) })
	if err := line.SetCodecPreferences(codecs); err != nil {
		return fmt.Errorf("prefer codecs: %w", err)
	}
	return nil
}

// AddCandidate adds a candidate of the browser; one that comes before the offer waits for it. An empty one
// ends them. A broken one is an *Error with the code bad_candidate and changes nothing.
func (p *Peer) AddCandidate(c webrtc.ICECandidateInit) error {
	p.mu.Lock()
	switch {
	case p.closed:
		p.mu.Unlock()
		return ErrClosed
	case !p.applied && len(p.candidates) >= maxEarlyCandidates:
		p.mu.Unlock()
		p.count.candidatesRefused.Add(1)
		return &Error{Code: CodeBadCandidate, Text: "too many candidates before the offer"}
	case !p.applied:
		p.candidates = append(p.candidates, c)
		p.mu.Unlock()
		return nil
	case p.added >= maxCandidates:
		p.mu.Unlock()
		p.count.candidatesRefused.Add(1)
		return &Error{Code: CodeBadCandidate, Text: "too many candidates for one offer"}
	}
	p.added++
	p.mu.Unlock()
	if err := p.pc.AddICECandidate(c); err != nil {
		p.count.candidatesRefused.Add(1)
		return &Error{Code: CodeBadCandidate, Text: "the candidate cannot be used", Err: err}
	}
	return nil
}

// flushCandidates adds those that came before the offer.
func (p *Peer) flushCandidates() {
	p.mu.Lock()
	early := p.candidates
	p.candidates, p.applied, p.added = nil, true, len(early)
	p.mu.Unlock()
	for _, c := range early {
		if err := p.pc.AddICECandidate(c); err != nil {
			p.count.candidatesRefused.Add(1)
			p.log.Debug("early candidate refused", "err", err)
		}
	}
}
