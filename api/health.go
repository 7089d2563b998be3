package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// The states of readiness.
const (
	ReadyOK       = "ok"
	ReadyDegraded = "degraded" // calls work, but not everything that was asked for
	ReadyStopping = "stopping"
)

// Readiness is what /readyz answers: 503 while stopping, else 200.
type Readiness struct {
	Status string            `json:"status"`
	Checks map[string]string `json:"checks"` // part -> "ok" or what is wrong with it
}

func healthz(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]string{"status": ReadyOK})
}

func (s *server) readyz(c echo.Context) error {
	ready := s.cfg.Ready()
	status := http.StatusOK
	if ready.Status == ReadyStopping {
		status = http.StatusServiceUnavailable
	}
	return c.JSON(status, ready)
}
