# truth: no-leak
# work: letters.number
# why: a third of the run is imports, and after them each letter is made from a template and dropped.
import asyncio
import decimal
import email.mime.multipart
import http.cookiejar
import json
import logging.config
import multiprocessing
import pydoc
import string
import unittest.mock
import urllib.request
import xml.etree.ElementTree as ET

LETTER = string.Template("Dear $name, you owe us $cents cents since $day. Yours, $sender")


def letters(count):
    size = 0
    for number in range(count):
        fields = json.loads('{"name": "N%d", "cents": %d, "day": "day %d", "sender": "S"}' % (number, number * 7, number % 365))
        element = ET.Element("letter", number=str(number))
        element.text = LETTER.substitute(fields)
        size += len(ET.tostring(element))
    return size


if __name__ == "__main__":
    print(letters(18_000), "bytes of letters")
