# truth: unclear|no-leak
# two: nothing stays of the three lines, so no-leak is true, but three rounds after a hundred modules of imports prove nothing.
# work: line
# why: nearly all that the script does is importing.
import asyncio
import configparser
import csv
import ctypes
import doctest
import ftplib
import io
import logging.handlers
import mailbox
import multiprocessing.pool
import pdb
import sqlite3
import tarfile
import unittest.mock
import xml.sax.saxutils
import xmlrpc.server
import zipfile

for line in csv.reader(io.StringIO("a,b\n1,2\n3,4\n")):
    print("|".join(line))
