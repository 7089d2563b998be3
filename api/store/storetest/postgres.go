package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// templateName is the migrated database that each test's is a copy of.
const templateName = "ppenter_template"

// cluster is a PostgreSQL server in a folder, reachable through a socket in it and by nothing else.
type cluster struct {
	bin  string // folder of the programs
	dir  string // holds the socket, the data and the log
	last atomic.Int64
	// tether is the write end of the keeper's standard input. It closes with this process, however that ends,
	// and the keeper then stops the server and removes the folder.
	tether io.WriteCloser
}

// privateCluster is this process's cluster; the first call starts it.
var privateCluster = sync.OnceValues(func() (*cluster, error) {
	c, err := startCluster()
	if err != nil {
		return nil, fmt.Errorf("start a private PostgreSQL: %w", err)
	}
	return c, nil
})

// keeper runs the server until its standard input ends.
const keeper = `
"$1/postgres" -D "$2/data" </dev/null >"$2/log" 2>&1 &
server=$!
trap '' INT TERM HUP
cat >/dev/null
kill -INT "$server"
wait "$server"
rm -rf "$2"
`

func startCluster() (*cluster, error) {
	bin, err := findPrograms()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "ppenter-pg-")
	if err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	c := &cluster{bin: bin, dir: dir}
	if err := c.start(); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		if c.tether == nil {
			_ = os.RemoveAll(dir)
		}
		return nil, errors.Join(fmt.Errorf("%w\n%s", err, log), c.stop())
	}
	return c, nil
}

func (c *cluster) stop() error {
	if c.tether == nil {
		return nil
	}
	return c.tether.Close()
}

// findPrograms looks where Debian keeps the newest version, and then on the path.
func findPrograms() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", err
	}
	best, newest := "", 0
	for _, f := range found {
		dir := filepath.Dir(f)
		if v, err := strconv.Atoi(filepath.Base(filepath.Dir(dir))); err == nil && v > newest {
			best, newest = dir, v
		}
	}
	if best != "" {
		return best, nil
	}
	f, err := exec.LookPath("postgres")
	if err != nil {
		return "", errors.New("PostgreSQL is not installed, and these tests need it: run `make setup`")
	}
	return filepath.Dir(f), nil
}

func (c *cluster) start() error {
	// No context: what starts here lives as long as this process.
	run := exec.Command
	if os.Getuid() == 0 {
		// PostgreSQL refuses to run as root.
		owner, err := user.Lookup("postgres")
		if err != nil {
			return fmt.Errorf("find the user postgres: %w", err)
		}
		uid, _ := strconv.Atoi(owner.Uid)
		gid, _ := strconv.Atoi(owner.Gid)
		if err := os.Chown(c.dir, uid, gid); err != nil {
			return fmt.Errorf("hand the folder over: %w", err)
		}
		run = func(name string, args ...string) *exec.Cmd {
			args = append([]string{"-u", "postgres", "--", name}, args...)
			return exec.Command("runuser", args...) //nolint:noctx // see above
		}
	}
	init := run(filepath.Join(c.bin, "initdb"), "-D", filepath.Join(c.dir, "data"), "-U", "postgres",
		"--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	init.Dir = c.dir
	if out, err := init.CombinedOutput(); err != nil {
		return fmt.Errorf("make cluster: %w\n%s", err, out)
	}
	// What is lost when the machine fails is lost with the test.
	const settings = "listen_addresses = ''\nunix_socket_directories = '%s'\nmax_connections = 200\n" +
		"fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nshared_buffers = 32MB\nautovacuum = off\n" +
		"wal_level = minimal\nmax_wal_senders = 0\ndeadlock_timeout = 100ms\n"
	f, err := os.OpenFile(filepath.Join(c.dir, "data", "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("open settings: %w", err)
	}
	_, err = fmt.Fprintf(f, settings, c.dir)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	cmd := run("sh", "-c", keeper, "keeper", c.bin, c.dir)
	cmd.Dir = "/"
	if c.tether, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start keeper: %w", err)
	}
	if err := c.await(); err != nil {
		return err
	}
	if err := c.sql("CREATE DATABASE " + templateName); err != nil {
		return err
	}
	return migrated(c.url(templateName))
}

func (c *cluster) await() error {
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := c.sql("SELECT 1")
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// sql runs one statement outside of any test's database.
func (c *cluster) sql(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, "psql"), "-X", "-q", "-h", c.dir, "-U", "postgres",
		"-d", "postgres", "-v", "ON_ERROR_STOP=1", "-c", statement)
	cmd.Dir = "/"
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run %q: %w: %s", statement, err, bytes.TrimSpace(out.Bytes()))
	}
	return nil
}

// clone makes a database for one test.
func (c *cluster) clone() (string, error) {
	name := "test_" + strconv.FormatInt(c.last.Add(1), 10)
	return name, c.sql("CREATE DATABASE " + name + " TEMPLATE " + templateName)
}

func (c *cluster) drop(name string) error { return c.sql("DROP DATABASE " + name + " WITH (FORCE)") }

func (c *cluster) url(database string) string {
	q := url.Values{"host": {filepath.Join(c.dir, ".s.PGSQL.5432")}, "sslmode": {"disable"}}
	return "postgres://postgres@/" + database + "?" + q.Encode()
}
