package handler

import (
	"context"
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

// AdminReport is something that a person told the staff.
type AdminReport struct {
	ID       int64        `json:"id"`
	Reporter *Person      `json:"reporter,omitempty" doc:"Missing: the account is gone"`
	Reason   string       `json:"reason"`
	Content  string       `json:"content"`
	State    string       `json:"state" enum:"open,resolved,dismissed"`
	Resolver *Person      `json:"resolver,omitempty" doc:"Missing: nobody dealt with it, or they are gone"`
	Created  time.Time    `json:"created"`
	Resolved *time.Time   `json:"resolved" nullable:"true"`
	Target   ReportTarget `json:"target"`
}

// ReportTarget is what a report is about. What it says is shown while the report is open.
type ReportTarget struct {
	Kind     string  `json:"kind" enum:"user,post,comment,photo,facechat,message"`
	ID       int64   `json:"id"`
	Gone     bool    `json:"gone" doc:"It does not exist any more"`
	Owner    *Person `json:"owner,omitempty"`
	Title    string  `json:"title"`
	Text     string  `json:"text" doc:"The beginning of it"`
	Photo    *Photo  `json:"photo,omitempty"`
	Post     int64   `json:"post" doc:"The post that it is, belongs to or is shown by; 0: none"`
	FaceChat int64   `json:"facechat" doc:"The room that it is, or was written in; 0: none"`
}

// AdminReportsRequest lists reports.
type AdminReportsRequest struct {
	PageRequest
	State string `query:"state" enum:"open,resolved,dismissed,all" default:"open"`
}

// ResolveRequest closes a report.
type ResolveRequest struct {
	IDRequest
	Body struct {
		Action string `json:"action" enum:"resolved,dismissed" doc:"Something was done, or nothing had to be"`
		Note   string `json:"note,omitempty" doc:"For the audit: at most 500 characters"`
	}
}

// AdminReportResponse shows a report.
type AdminReportResponse struct{ Body AdminReport }

// AuditEntry is something that the staff did.
type AuditEntry struct {
	ID        int64     `json:"id"`
	Actor     int64     `json:"actor" doc:"Whose account did it; 0: it is gone, or it was done at the console"`
	ActorName string    `json:"actor_name" doc:"The username as it was then"`
	Action    string    `json:"action" example:"user.disable"`
	Kind      string    `json:"kind" doc:"What it was done to; empty: nothing in particular"`
	Target    int64     `json:"target" doc:"Its id"`
	Name      string    `json:"name" doc:"The username, where it is an account that still exists"`
	Detail    string    `json:"detail" doc:"Why"`
	Created   time.Time `json:"created"`
}

// AuditRequest searches what the staff did.
type AuditRequest struct {
	PageRequest
	Actor  int64  `query:"actor" minimum:"0" doc:"Only this account's acts"`
	Action string `query:"action" maxLength:"40" pattern:"^[a-z.]*$" doc:"Only acts of this name"`
	Kind   string `query:"kind" enum:"user,post,comment,photo,facechat,message,tag,report,all" default:"all"`
	Target int64  `query:"target" minimum:"0" doc:"Only acts upon the thing with this id"`
}

// Reports lists what people told the staff, the newest first.
func (a *Admin) Reports(ctx context.Context, in *AdminReportsRequest) (*List[AdminReport], error) {
	state := social.ReportState(in.State)
	if in.State == "all" {
		state = ""
	}
	rows, next, err := a.DB.Reports.List(ctx, state, in.page())
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return newList(ctx, rows, next, func(r social.ReportCard) AdminReport { return a.report(ctx, r) }), nil
}

// Resolve closes an open report.
func (a *Admin) Resolve(ctx context.Context, in *ResolveRequest) (*AdminReportResponse, error) {
	err := a.DB.Admin.Resolve(ctx, act(ctx, in.Body.Note), in.ID, social.ReportState(in.Body.Action))
	if err != nil {
		return nil, fmt.Errorf("resolve report: %w", err)
	}
	card, err := a.DB.Reports.ByID(ctx, in.ID)
	if err != nil {
		return nil, fmt.Errorf("find report: %w", err)
	}
	return &AdminReportResponse{Body: a.report(ctx, card)}, nil
}

// Audit lists what the staff did, the newest first.
func (a *Admin) Audit(ctx context.Context, in *AuditRequest) (*List[AuditEntry], error) {
	filter := social.AuditFilter{ActorID: in.Actor, Action: in.Action, TargetID: in.Target}
	if in.Kind != "all" {
		filter.Kind = social.TargetKind(in.Kind)
	}
	rows, next, err := a.DB.Audit.List(ctx, filter, in.page())
	if err != nil {
		return nil, fmt.Errorf("list audit: %w", err)
	}
	return newList(ctx, rows, next, func(e social.AuditEntry) AuditEntry {
		return AuditEntry{
			ID: e.ID, Actor: e.ActorID, ActorName: e.ActorName, Action: e.Action, Kind: string(e.Kind),
			Target: e.TargetID, Name: e.Name, Detail: e.Detail, Created: e.Created,
		}
	}), nil
}

func (a *Admin) report(ctx context.Context, r social.ReportCard) AdminReport {
	return AdminReport{
		ID: r.ID, Reporter: orNobody(r.Reporter), Reason: r.Reason, Content: r.Content, State: string(r.State),
		Resolver: orNobody(r.Resolver), Created: r.Created, Resolved: orNull(r.Resolved),
		Target: ReportTarget{
			Kind: string(r.Kind), ID: r.TargetID, Gone: r.Target.Gone, Owner: orNobody(r.Target.Owner),
			Title: r.Target.Title, Text: r.Target.Text, Photo: a.photo(ctx, r.Target.Photo),
			Post: r.Target.PostID, FaceChat: r.Target.RoomID,
		},
	}
}
