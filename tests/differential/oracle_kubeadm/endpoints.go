// Copyright (c) 2026 the kubejoin.kubeadm authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// How kubeadm splits texts into host and port: each JSON text of standard input is answered with a line.
package main

import (
	"encoding/json"
	"os"

	kubeadm "k8s.io/kubernetes/cmd/kubeadm/app/util"
)

func main() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for in.More() {
		var text string
		if err := in.Decode(&text); err != nil {
			panic(err)
		}
		answer := map[string]string{}
		if host, port, err := kubeadm.ParseHostPort(text); err == nil {
			answer["result"] = host + " " + port
		}
		_ = out.Encode(answer)
	}
}
