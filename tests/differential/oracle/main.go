// Copyright (c) 2026 the kubejoin.kubeadm authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What Go and Kubernetes' own libraries make of texts: the judge where running kubeadm would be too slow or too blunt.
// `fields` prints the fields of KubeletConfiguration; the other words answer each JSON text of standard input with a line.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	kubelet "k8s.io/kubelet/config/v1beta1"
	"sigs.k8s.io/yaml"
)

func main() {
	if os.Args[1] == "fields" {
		printFields(reflect.TypeOf(kubelet.KubeletConfiguration{}), "")
		return
	}
	in := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var text string
		if err := json.Unmarshal(line, &text); err != nil {
			panic(err)
		}
		if result, err := convert(os.Args[1], text); err != nil {
			_ = out.Encode(map[string]string{"error": err.Error()})
		} else {
			_ = out.Encode(map[string]string{"result": result})
		}
	}
}

func convert(what, text string) (string, error) {
	switch what {
	case "parse":
		result, err := yaml.YAMLToJSONStrict([]byte(text))
		return string(result), err
	case "render":
		result, err := yaml.JSONToYAML([]byte(text))
		return string(result), err
	case "quantity":
		quantity, err := resource.ParseQuantity(text)
		return quantity.String(), err
	case "duration":
		duration, err := time.ParseDuration(text)
		return duration.String(), err
	}
	panic(what)
}

// One line a field: its path, its type, and the options of its JSON tag.
func printFields(typ reflect.Type, path string) {
	for i := 0; i < typ.NumField(); i++ {
		field := typ.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			printFields(field.Type, path)
			continue
		}
		if name == "-" || !field.IsExported() {
			continue
		}
		kind := kindOf(field.Type)
		fmt.Println(path+name, kind, options)
		if strings.HasSuffix(kind, "struct") {
			inner := field.Type
			for inner.Kind() != reflect.Struct {
				inner = inner.Elem()
			}
			printFields(inner, path+name+".")
		}
	}
}

// A type without its name, but for types that write themselves as JSON: those are known by it.
func kindOf(typ reflect.Type) string {
	marshaler := reflect.TypeOf((*json.Marshaler)(nil)).Elem()
	if typ.Kind() != reflect.Pointer && reflect.PointerTo(typ).Implements(marshaler) {
		return typ.Name()
	}
	switch typ.Kind() {
	case reflect.Pointer:
		return "*" + kindOf(typ.Elem())
	case reflect.Slice:
		return "[]" + kindOf(typ.Elem())
	case reflect.Map:
		return "map[" + kindOf(typ.Key()) + "]" + kindOf(typ.Elem())
	}
	return typ.Kind().String()
}
