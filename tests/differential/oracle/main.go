// Copyright (c) 2026 the kubejoin.kubeadm authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What Go and Kubernetes' own libraries make of texts: the judge where running kubeadm would be too slow or too blunt.
// `kubelet` and `pod` print the types of KubeletConfiguration and of a Pod; the other words answer each JSON text of
// standard input with a line.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"time"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/util/cert"
	kubelet "k8s.io/kubelet/config/v1beta1"
	netutils "k8s.io/utils/net"
	"sigs.k8s.io/yaml"
)

func main() {
	switch os.Args[1] {
	case "kubelet":
		printTypes(reflect.TypeOf(kubelet.KubeletConfiguration{}), map[string]reflect.Type{})
		return
	case "pod":
		printTypes(reflect.TypeOf(core.Pod{}), map[string]reflect.Type{})
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
	case "read":
		result, err := yaml.YAMLToJSON([]byte(text))
		return string(result), err
	case "authority":
		return authority(text)
	case "render":
		result, err := yaml.JSONToYAML([]byte(text))
		return string(result), err
	case "quantity":
		quantity, err := resource.ParseQuantity(text)
		return quantity.String(), err
	case "duration":
		duration, err := time.ParseDuration(text)
		return duration.String(), err
	case "address":
		address := netutils.ParseIPSloppy(text)
		if address == nil {
			return "", errors.New("not an address")
		}
		return address.String(), nil
	case "subnet":
		return subnet(text)
	case "patch":
		return patch(text)
	}
	panic(what)
}

// A subnet, then its addresses that kubeadm takes for the API server and for DNS; none where it is too small.
func subnet(text string) (string, error) {
	_, network, err := netutils.ParseCIDRSloppy(text)
	if err != nil {
		return "", err
	}
	result := network.String()
	for _, index := range []int{1, 10} {
		address, err := netutils.GetIndexedIP(network, index)
		if err != nil {
			break
		}
		result += " " + address.String()
	}
	return result, nil
}

// The type of the key of a CA, in PEM, if Go reads the certificate and verifies its signature.
func authority(text string) (string, error) {
	certificates, err := cert.ParseCertsPEM([]byte(text))
	if err != nil {
		return "", err
	}
	return certificates[0].PublicKeyAlgorithm.String(), certificates[0].CheckSignatureFrom(certificates[0])
}

// A patch as kubeadm has these libraries apply it; “text“ is the JSON of its type, target, document and patch.
func patch(text string) (result string, err error) {
	var question struct{ Type, Target, Document, Patch string }
	if err := json.Unmarshal([]byte(text), &question); err != nil {
		panic(err)
	}
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("panic: %v", problem)
		}
	}()
	document, change := []byte(question.Document), []byte(question.Patch)
	switch question.Type {
	case "json":
		operations, failure := jsonpatch.DecodePatch(change)
		if failure != nil {
			return "", failure
		}
		document, err = operations.Apply(document)
	case "merge":
		document, err = jsonpatch.MergePatch(document, change)
	case "strategic":
		var object any = core.Pod{}
		if question.Target == "kubeletconfiguration" {
			object = kubelet.KubeletConfiguration{}
		}
		document, err = strategicpatch.StrategicMergePatch(document, change, object)
	}
	return string(document), err
}
