package handler

import (
	"context"
	"fmt"

	"github.com/pp-enter/pp-enter/api/social"
)

// ReportRequest tells the staff of something.
type ReportRequest struct {
	Body struct {
		Kind    string `json:"kind" enum:"user,post,comment,photo,facechat,message" doc:"What it is about"`
		Target  int64  `json:"target" minimum:"1" doc:"Its id"`
		Reason  string `json:"reason" doc:"In a word or two: spam, abuse; at most 100 characters"`
		Content string `json:"content,omitempty" doc:"More, at most 2000 characters"`
	}
}

// ReportedResponse is the answer to ReportRequest.
type ReportedResponse struct {
	Body struct {
		ID int64 `json:"id"`
	}
}

// Report tells the staff of something that the caller may see.
func (p *People) Report(ctx context.Context, in *ReportRequest) (*ReportedResponse, error) {
	n := social.NewReport{
		ReporterID: CallerOf(ctx).UserID, Kind: social.TargetKind(in.Body.Kind), TargetID: in.Body.Target,
		Reason: in.Body.Reason, Content: in.Body.Content,
	}
	if err := n.Clean(); err != nil {
		return nil, err
	}
	id, err := p.DB.Reports.Add(ctx, n)
	if err != nil {
		return nil, fmt.Errorf("keep report: %w", err)
	}
	out := &ReportedResponse{}
	out.Body.ID = id
	return out, nil
}
