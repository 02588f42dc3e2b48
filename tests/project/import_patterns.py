# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What galaxy-importer finds in the patterns of a collection, whose folder is the argument: contents, patterns and warnings, as JSON.

It runs in the environment of requirements-awx.txt.
"""

from __future__ import annotations

import json
import logging
import sys

from galaxy_importer.constants import ContentType
from galaxy_importer.file_parser import PatternsParser
from galaxy_importer.finder import ContentFinder
from galaxy_importer.loaders import PatternsLoader
from galaxy_importer.utils.lint_version import is_lint_patterns_supported

warnings: list[str] = []
handler = logging.Handler(logging.WARNING)
handler.emit = lambda record: warnings.append(record.getMessage())  # type: ignore[method-assign]
log = logging.getLogger("patterns")
log.addHandler(handler)

assert is_lint_patterns_supported()
finder = ContentFinder()
found = [result for result in finder.find_contents(sys.argv[1], log) if result.content_type == ContentType.PATTERNS]
contents = [PatternsLoader(result.content_type, result.path, sys.argv[1]).load() for result in found]
patterns = PatternsParser(sys.argv[1], contents).get_meta_patterns()
assert not finder.omit_patterns
print(
    json.dumps({"contents": sorted(content.name for content in contents), "patterns": patterns, "warnings": warnings})
)
