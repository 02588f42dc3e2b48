// Copyright (c) 2026 the kubejoin.kubeadm authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The types of kubeadm's own kinds in one API version, which takes the place of VERSION.
package main

import (
	"os"
	"reflect"

	kubeadm "k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm/VERSION"
)

func main() {
	switch os.Args[1] {
	case "cluster":
		printTypes(reflect.TypeOf(kubeadm.ClusterConfiguration{}), map[string]reflect.Type{})
	case "join":
		printTypes(reflect.TypeOf(kubeadm.JoinConfiguration{}), map[string]reflect.Type{})
	}
}
