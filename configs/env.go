package configs

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// envPrefix begins the name of every environment variable of ours.
const envPrefix = "PPENTER_"

// Variables lists the names of all environment variables, sorted.
func Variables() []string {
	var names []string
	var cfg Config
	walk(&cfg, func(_, env string, _ reflect.Value) { names = append(names, env) })
	slices.Sort(names)
	return names
}

// walk visits each key of cfg with its dotted name, its environment variable and its settable value.
func walk(cfg *Config, visit func(key, env string, v reflect.Value)) {
	walkStruct(reflect.ValueOf(cfg).Elem(), "", visit)
}

func walkStruct(v reflect.Value, prefix string, visit func(key, env string, v reflect.Value)) {
	for i := range v.NumField() {
		key := prefix + v.Type().Field(i).Tag.Get("yaml")
		if v.Field(i).Kind() == reflect.Struct {
			walkStruct(v.Field(i), key+".", visit)
			continue
		}
		visit(key, envPrefix+strings.ToUpper(strings.ReplaceAll(key, ".", "_")), v.Field(i))
	}
}

// applyEnv sets the keys whose variables are present and not empty. Lists are separated by commas.
func applyEnv(cfg *Config, environ []string) (unknown []string, err error) {
	given := map[string]string{}
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		if strings.HasPrefix(name, envPrefix) {
			given[name] = value
		}
	}
	var errs []error
	walk(cfg, func(_, env string, v reflect.Value) {
		value := strings.TrimSpace(given[env])
		delete(given, env)
		if value == "" {
			return
		}
		if err := setValue(v, value); err != nil {
			errs = append(errs, fmt.Errorf("read %s: %w", env, err))
		}
	})
	for name := range given {
		unknown = append(unknown, name)
	}
	slices.Sort(unknown)
	return unknown, errors.Join(errs...)
}

func setValue(v reflect.Value, s string) error {
	if v.Type() == reflect.TypeFor[time.Duration]() {
		d, err := time.ParseDuration(s)
		if err != nil {
			return errors.New("must be a duration such as 30s or 2h")
		}
		v.SetInt(int64(d))
		return nil
	}
	switch v.Kind() { //nolint:exhaustive // the kinds that Config has; a test visits all of its keys
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return errors.New("must be true or false")
		}
		v.SetBool(b)
	case reflect.Int:
		n, err := strconv.Atoi(s)
		if err != nil {
			return errors.New("must be a whole number")
		}
		v.SetInt(int64(n))
	case reflect.Float64:
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return errors.New("must be a number")
		}
		v.SetFloat(f)
	case reflect.Slice:
		var list []string
		for part := range strings.SplitSeq(s, ",") {
			if part = strings.TrimSpace(part); part != "" {
				list = append(list, part)
			}
		}
		v.Set(reflect.ValueOf(list))
	default:
		return fmt.Errorf("has a kind that the environment cannot set: %s", v.Kind())
	}
	return nil
}
