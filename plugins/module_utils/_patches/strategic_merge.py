# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Strategic merge patches as Kubernetes has them: merge patches that merge lists, too, where a type says by which key.

tests/differential/goldens/patches holds what Kubernetes' own library answered.
"""

from __future__ import annotations

import typing as t

from .._formats.go_structs import Field, Fields
from .json_patch import is_same

__all__ = ("apply_strategic_patch", "combine_strategic_patches")

_DIRECTIVE = "$patch"
_RETAIN_KEYS = "$retainKeys"
_DELETE_LIST = "$deleteFromPrimitiveList/"
_ORDER = "$setElementOrder/"

# What is known of the place where a value is: the fields of its struct, or None where it is in no struct.
Struct = t.Optional[Fields]
Mapping = t.Dict[str, t.Any]


def apply_strategic_patch(document: Mapping, patch: t.Any, fields: Fields) -> Mapping:
    """What a strategic merge patch makes of a document whose struct has these fields.

    Raises ValueError for a patch that cannot be applied. What it is given is not changed.
    """
    if patch is not None and not isinstance(patch, dict):
        raise ValueError(f"the patch is {patch!r}, expected a mapping")
    return _merge_mappings(document, patch or {}, fields)


def _merge_mappings(original: Mapping, patch: Mapping, struct: Struct) -> Mapping:
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
    """A copy of the original, with only those keys that $retainKeys names, where it is there."""
    if _RETAIN_KEYS not in patch:
        return dict(original)
    keys = patch[_RETAIN_KEYS]
    if not isinstance(keys, list):
        raise ValueError(f"{_RETAIN_KEYS} is {keys!r}, expected a list")
    for key, value in patch.items():
        is_directive = key == _RETAIN_KEYS or key.startswith((_ORDER, _DELETE_LIST))
        if not is_directive and value is not None and key not in keys:
            raise ValueError(f"the patch sets {key}, which is not among its {_RETAIN_KEYS}")
    return {key: value for key, value in original.items() if key in keys}


def _field_of(struct: Struct, name: str) -> Field:
    if struct is None or name not in struct:
        raise ValueError(f"{name} is not a field that Kubernetes knows there")
    return struct[name]


def _list_field_of(struct: Struct, name: str) -> Field:
    field = _field_of(struct, name)
    if not field.kind.startswith("[]"):
        raise ValueError(f"{name} is not a list")
    return field


def _struct_of(field: Field) -> Struct:
    return field.fields if field.kind.lstrip("*") == "struct" else None


def _merge_ordered_lists(merged: Mapping, patch: Mapping, struct: Struct) -> Mapping:
    """Does to ``merged`` what the patch says with $setElementOrder; the rest of the patch is returned."""
    rest = dict(patch)
    for order_key in [key for key in patch if key.startswith(_ORDER)]:
        name = order_key[len(_ORDER) :]
        order = rest.pop(order_key)
        places = ((merged, name), (rest, name), (rest, _DELETE_LIST + name))
        if not all(
            isinstance(value, list) for value in (order, *(there[key] for there, key in places if key in there))
        ):
            raise ValueError(f"{name} and what the patch says of it must be lists")
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
    """A list merged, with the elements that ``order`` names in its order."""
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
        raise ValueError("lists are merged only where there are elements, all of one type that the key fits")


def _refuse_other_order(items: list[t.Any], order: list[t.Any], key: str) -> None:
    left = [_key_of(item, key) for item in items if not _is_directed(item)]
    for item in order:
        if left and is_same(_key_of(item, key), left[0]):
            del left[0]
    if left:
        raise ValueError(f"the order of the elements is not that of {_ORDER}: {left[0]!r} is out of it")


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
    """Elements with $patch are done to the original; what is left of the patch is returned with it."""
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
    """What an element is known by: itself, or the value of its key."""
    if not key:
        return item
    if not isinstance(item, dict) or key not in item:
        raise ValueError(f"the element {item!r} has no {key} to be merged by")
    return item[key]


def _find(items: list[t.Any], wanted: t.Any, key: str) -> int | None:
    """Where the first element is that is known by the same."""
    value = _key_of(wanted, key)
    return next((at for at, item in enumerate(items) if is_same(_key_of(item, key), value)), None)


def _ordered(
    patched: list[t.Any], others: list[t.Any], order: list[t.Any], before: list[t.Any], key: str
) -> list[t.Any]:
    """Patched elements in the order of the patch, the others in the order that they had; both woven into one.

    An element that is only in the original comes first where it stood before the next patched one.
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
    """What is set where nothing was to be merged with: without what has a $patch, and without nulls."""
    if isinstance(value, dict):
        kept = {key: part for key, part in value.items() if (nulls or part is not None) and not _is_directed(part)}
        return {key: _new(part, nulls=nulls) for key, part in kept.items()}
    if isinstance(value, list):
        return [_new(part, nulls=nulls) for part in value if not _is_directed(part)]
    return value


def combine_strategic_patches(left: Mapping, right: Mapping, struct: Struct) -> Mapping:
    """One patch that says what both say, for a document whose struct has these fields.

    Raises ValueError where they say different things of the same.
    """
    if (_DIRECTIVE in left or _DIRECTIVE in right) and left.get(_DIRECTIVE) != right.get(_DIRECTIVE):
        raise ValueError(f"one of them has {_DIRECTIVE} where the other has not")
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
        raise ValueError(f"they say different things of {name}")
    return left


def _combine_lists(left: list[t.Any], right: list[t.Any], field: Field) -> list[t.Any]:
    """The elements of both, in the order that they have when the second is merged into the first."""
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
