# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Strategic merge patches as in Kubernetes: merge patches that also merge lists, by the merge key of a type.

tests/differential/goldens/patches records the results of Kubernetes' own library.
"""

from __future__ import annotations

import typing as t

from .._formats.go_structs import Field, Fields, kind_of
from .json_patch import is_same

__all__ = ("apply_strategic_patch", "combine_strategic_patches")

_DIRECTIVE = "$patch"
_RETAIN_KEYS = "$retainKeys"
_DELETE_LIST = "$deleteFromPrimitiveList/"
_ORDER = "$setElementOrder/"

# The fields of the struct that contains a value, or None outside any struct.
_Struct = t.Optional[Fields]
Mapping = t.Dict[str, t.Any]


def apply_strategic_patch(document: Mapping, patch: t.Any, fields: Fields) -> Mapping:
    """Apply a strategic merge patch to a document whose struct has these fields.

    Raises ValueError for a patch that cannot be applied. The arguments are not modified.
    """
    if patch is not None and not isinstance(patch, dict):
        raise ValueError(f"the patch is {kind_of(patch)}, expected a mapping")
    return _merge_mappings(document, patch or {}, fields)


def _merge_mappings(original: Mapping, patch: Mapping, struct: _Struct) -> Mapping:
    if _DIRECTIVE in patch:
        return _directed(patch)
    merged = _retained(original, patch)
    patch = {key: value for key, value in patch.items() if key != _RETAIN_KEYS}
    patch = _merge_ordered_lists(merged, patch, struct)
    for key, value in patch.items():
        name = key[len(_DELETE_LIST) :] if key.startswith(_DELETE_LIST) else key
        is_deletion = name != key
        matches = name in merged and type(merged[name]) is type(value)
        if is_deletion and value is not None and not matches:
            continue
        if value is None or (not matches and _is_directed(value)):
            merged.pop(name, None)
        elif not matches:
            merged[name] = _new(value)
        elif isinstance(value, dict):
            field = _field_of(struct, name)
            merged[name] = _merge_mappings(merged[name], value, _struct_of(field))
        elif isinstance(value, list):
            merged[name] = _merge_lists(merged[name], value, _list_field_of(struct, name), is_deletion=is_deletion)
        else:
            merged[name] = value
    return merged


def _directed(patch: Mapping) -> Mapping:
    directive = patch[_DIRECTIVE]
    if directive == "replace":
        return {key: value for key, value in patch.items() if key != _DIRECTIVE}
    if directive == "delete":
        return {}
    raise ValueError(f"{_DIRECTIVE} is {directive!r}, expected replace or delete")


def _retained(original: Mapping, patch: Mapping) -> Mapping:
    """A copy of the original, reduced to the keys in $retainKeys if the patch has it."""
    if _RETAIN_KEYS not in patch:
        return dict(original)
    keys = patch[_RETAIN_KEYS]
    if not isinstance(keys, list):
        raise ValueError(f"{_RETAIN_KEYS} is {keys!r}, expected a list")
    for key, value in patch.items():
        is_directive = key == _RETAIN_KEYS or key.startswith((_ORDER, _DELETE_LIST))
        if not is_directive and value is not None and key not in keys:
            raise ValueError(f"the patch sets {key}, which is not in its {_RETAIN_KEYS}")
    return {key: value for key, value in original.items() if key in keys}


def _field_of(struct: _Struct, name: str) -> Field:
    if struct is None or name not in struct:
        raise ValueError(f"Kubernetes has no field {name} there")
    return struct[name]


def _list_field_of(struct: _Struct, name: str) -> Field:
    field = _field_of(struct, name)
    if not field.kind.startswith("[]"):
        raise ValueError(f"{name} is not a list")
    return field


def _struct_of(field: Field) -> _Struct:
    return field.fields if field.kind.lstrip("*") == "struct" else None


def _merge_ordered_lists(merged: Mapping, patch: Mapping, struct: _Struct) -> Mapping:
    """Apply the $setElementOrder parts of the patch to ``merged`` and return the rest of the patch."""
    rest = dict(patch)
    for order_key in [key for key in patch if key.startswith(_ORDER)]:
        name = order_key[len(_ORDER) :]
        order = rest.pop(order_key)
        places = ((merged, name), (rest, name), (rest, _DELETE_LIST + name))
        if not all(
            isinstance(value, list) for value in (order, *(there[key] for there, key in places if key in there))
        ):
            raise ValueError(f"{name} and all parts of the patch for it must be lists")
        change, deletions = rest.pop(name, None), rest.pop(_DELETE_LIST + name, None)
        field = _list_field_of(struct, name)
        if name in merged or change is not None:
            merged[name] = _in_order(merged.get(name), change, deletions, order, field)
    return rest


def _in_order(
    original: list[t.Any] | None,
    change: list[t.Any] | None,
    deletions: list[t.Any] | None,
    order: list[t.Any],
    field: Field,
) -> list[t.Any]:
    """Merge a list; the elements in ``order`` are sorted by it."""
    key = field.merge_key
    before = original or []
    _refuse_mixed([*before, *(change or [])], key)
    if order:
        _refuse_other_order(change or [], order, key)
    items = before
    if deletions:
        items = _merge_lists(items, deletions, field, is_deletion=True)
    if change is not None:
        items = _new(change, nulls=True) if original is None else _merge_lists(items, change, field, is_deletion=False)
    known = [item for item in items if _find(order, item, key) is not None]
    others = [item for item in items if _find(order, item, key) is None]
    return _ordered(known, others, order, before, key)


def _refuse_mixed(items: list[t.Any], key: str) -> None:
    kinds = {type(item) for item in items}
    if len(kinds) != 1 or kinds & {list, type(None)} or (dict in kinds) != bool(key):
        raise ValueError("only nonempty lists can be merged, whose elements have one type that matches the merge key")


def _refuse_other_order(items: list[t.Any], order: list[t.Any], key: str) -> None:
    left = [_key_of(item, key) for item in items if not _is_directed(item)]
    for item in order:
        if left and is_same(_key_of(item, key), left[0]):
            del left[0]
    if left:
        raise ValueError(f"the elements are not in the order of {_ORDER}: {left[0]!r} is out of order")


def _merge_lists(original: list[t.Any], patch: list[t.Any], field: Field, *, is_deletion: bool) -> list[t.Any]:
    if not is_deletion and "merge" not in field.strategies:
        return patch
    if not original and not patch:
        return original
    key = field.merge_key
    _refuse_mixed([*original, *patch], key)
    if not key:
        return _delete_scalars(original, patch) if is_deletion else _merge_scalars(original, patch)
    original, patch = _apply_list_directives(original, patch, key)
    merged = list(original)
    for item in patch:
        place = _find(merged, item, key)
        if place is None:
            merged.append(item)
        else:
            merged[place] = _merge_mappings(merged[place], item, field.fields)
    known = [item for item in merged if _find(patch, item, key) is not None]
    others = [item for item in merged if _find(patch, item, key) is None]
    return _ordered(known, others, patch, original, key)


def _delete_scalars(original: list[t.Any], patch: list[t.Any]) -> list[t.Any]:
    return [item for item in original if _find(patch, item, "") is None]


def _merge_scalars(original: list[t.Any], patch: list[t.Any]) -> list[t.Any]:
    merged: list[t.Any] = []
    for item in (*original, *patch):
        if _find(merged, item, "") is None:
            merged.append(item)
    known = [item for item in merged if _find(patch, item, "") is not None]
    others = [item for item in merged if _find(patch, item, "") is None]
    return _ordered(known, others, patch, original, "")


def _apply_list_directives(original: list[t.Any], patch: list[t.Any], key: str) -> tuple[list[t.Any], list[t.Any]]:
    """Apply the $patch elements to the original; return it with the rest of the patch."""
    rest = [item for item in patch if _DIRECTIVE not in item]
    replaces = False
    for item in patch:
        directive = item.get(_DIRECTIVE, "")
        if directive == "replace":
            replaces = True
        elif directive == "delete":
            if key not in item:
                raise ValueError(f"an element with {_DIRECTIVE}: delete has no {key}")
            original = [other for other in original if not is_same(_key_of(other, key), item[key])]
        elif _DIRECTIVE in item:
            raise ValueError(f"{_DIRECTIVE} of an element is {directive!r}, expected replace or delete")
    return (rest, []) if replaces else (original, rest)


def _key_of(item: t.Any, key: str) -> t.Any:
    """The identity of an element: the value of its merge key, or the element itself."""
    if not key:
        return item
    if not isinstance(item, dict) or key not in item:
        raise ValueError(f"an element has no merge key {key}")
    return item[key]


def _find(items: list[t.Any], wanted: t.Any, key: str) -> int | None:
    """The index of the first element with the same identity."""
    value = _key_of(wanted, key)
    return next((at for at, item in enumerate(items) if is_same(_key_of(item, key), value)), None)


def _ordered(
    patched: list[t.Any], others: list[t.Any], order: list[t.Any], before: list[t.Any], key: str
) -> list[t.Any]:
    """Interleave patched elements, in the order of the patch, with the others, in their original order.

    An element that is only in the original comes first if it preceded the next patched element there.
    """
    left = sorted(others, key=lambda item: _rank(before, item, key))
    right = sorted(patched, key=lambda item: _rank(order, item, key))
    woven: list[t.Any] = []
    while left and right:
        mine, theirs = _find(before, left[0], key), _find(before, right[0], key)
        takes_left = mine is not None and theirs is not None and mine < theirs
        woven.append((left if takes_left else right).pop(0))
    return woven + left + right


def _rank(order: list[t.Any], item: t.Any, key: str) -> int:
    place = _find(order, item, key)
    return len(order) if place is None else place


def _is_directed(value: t.Any) -> bool:
    return isinstance(value, dict) and _DIRECTIVE in value


def _new(value: t.Any, *, nulls: bool = False) -> t.Any:
    """A value that has no counterpart in the original: without elements that have a $patch, and without nulls."""
    if isinstance(value, dict):
        kept = {key: part for key, part in value.items() if (nulls or part is not None) and not _is_directed(part)}
        return {key: _new(part, nulls=nulls) for key, part in kept.items()}
    if isinstance(value, list):
        return [_new(part, nulls=nulls) for part in value if not _is_directed(part)]
    return value


def combine_strategic_patches(left: Mapping, right: Mapping, struct: _Struct) -> Mapping:
    """Combine two patches for a document whose struct has these fields.

    Raises ValueError if they conflict.
    """
    if (_DIRECTIVE in left or _DIRECTIVE in right) and left.get(_DIRECTIVE) != right.get(_DIRECTIVE):
        raise ValueError(f"only one of them has {_DIRECTIVE}")
    combined = {**left, **right}
    for name in left:
        if name in right:
            combined[name] = _combine(left[name], right[name], (struct or {}).get(name), name)
    return combined


def _combine(left: t.Any, right: t.Any, field: Field | None, name: str) -> t.Any:
    if isinstance(left, dict) and isinstance(right, dict):
        return combine_strategic_patches(left, right, _struct_of(field) if field else None)
    if isinstance(left, list) and isinstance(right, list) and field and "merge" in field.strategies:
        return _combine_lists(left, right, field)
    if not is_same(left, right):
        raise ValueError(f"they conflict in {name}")
    return left


def _combine_lists(left: list[t.Any], right: list[t.Any], field: Field) -> list[t.Any]:
    """The elements of both, in the order that results from merging the second into the first."""
    key, combined = field.merge_key, list(left)
    for item in right:
        place = _find(combined, item, key)
        if place is None:
            combined.append(item)
        elif key:
            combined[place] = combine_strategic_patches(combined[place], item, field.fields)
    known = [item for item in combined if _find(right, item, key) is not None]
    others = [item for item in combined if _find(right, item, key) is None]
    return _ordered(known, others, right, left, key)
