# SPDX-License-Identifier: MIT
# A workbook on standard input as JSON: {sheet: {"rows": [[value, ...], ...], "formats": [[format, ...], ...], "frozen": ..., ...}}. Days and times come as
# {"at": "2026-11-23T10:00:00"}, so that they cannot be taken for text.
import datetime
import io
import json
import sys

import openpyxl
from openpyxl.utils.escape import unescape


def value_of(cell):
    value = cell.value
    if cell.data_type == 'f':
        return {'formula': value}
    if isinstance(value, datetime.datetime):
        return {'at': value.isoformat(timespec='milliseconds')}
    return unescape(value) if isinstance(value, str) else value


def sheet_of(sheet):
    rows = list(sheet.iter_rows())
    return {
        'rows': [[value_of(cell) for cell in row] for row in rows],
        'formats': [[cell.number_format for cell in row] for row in rows],
        'bold': [bool(rows) and cell.font.b for cell in (rows[0] if rows else [])],
        'widths': [sheet.column_dimensions[cell.column_letter].width for cell in (rows[0] if rows else [])],
        'frozen': sheet.freeze_panes,
        'filter': sheet.auto_filter.ref,
        'repeated': sheet.print_title_rows,
        'orientation': sheet.page_setup.orientation,
        'fits': sheet.sheet_properties.pageSetUpPr is not None and sheet.sheet_properties.pageSetUpPr.fitToPage,
        'wide': sheet.page_setup.fitToWidth,
        'high': sheet.page_setup.fitToHeight,
        'header': sheet.oddHeader.left.text,
        'footer': [sheet.oddFooter.left.text, sheet.oddFooter.right.text],
    }


workbook = openpyxl.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
json.dump({sheet.title: sheet_of(sheet) for sheet in workbook}, sys.stdout)
