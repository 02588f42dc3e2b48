// Copyright (c) 2026 the kubejoin.kubeadm authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// A struct: its name, then a line with a blank before it for each field: its name, its type, the options of its JSON tag,
// and what its tags say of patches; after it the structs that it needs.
func printTypes(typ reflect.Type, known map[string]reflect.Type) {
	if seen, ok := known[typ.Name()]; ok {
		if seen != typ {
			panic("two types are called " + typ.Name())
		}
		return
	}
	known[typ.Name()] = typ
	fmt.Println(typ.Name())
	needed := printTyped(typ)
	for _, inner := range needed {
		printTypes(inner, known)
	}
}

func printTyped(typ reflect.Type) (needed []reflect.Type) {
	for i := 0; i < typ.NumField(); i++ {
		field := typ.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			needed = append(needed, printTyped(field.Type)...)
			continue
		}
		if name == "-" || !field.IsExported() {
			continue
		}
		kind := kindOf(field.Type)
		fmt.Println("", name, kind, options, field.Tag.Get("patchStrategy"), field.Tag.Get("patchMergeKey"))
		inner := field.Type
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice || inner.Kind() == reflect.Map {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && !writesItself(inner) {
			needed = append(needed, inner)
		}
	}
	return needed
}

func writesItself(typ reflect.Type) bool {
	return reflect.PointerTo(typ).Implements(reflect.TypeOf((*json.Marshaler)(nil)).Elem())
}

// A type without its name, but for structs and types that write themselves as JSON: those are known by it.
func kindOf(typ reflect.Type) string {
	if typ.Kind() != reflect.Pointer && writesItself(typ) {
		return typ.Name()
	}
	switch typ.Kind() {
	case reflect.Pointer:
		return "*" + kindOf(typ.Elem())
	case reflect.Slice:
		return "[]" + kindOf(typ.Elem())
	case reflect.Map:
		return "map[" + kindOf(typ.Key()) + "]" + kindOf(typ.Elem())
	case reflect.Struct:
		return typ.Name()
	}
	return typ.Kind().String()
}
