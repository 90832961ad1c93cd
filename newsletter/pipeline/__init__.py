"""The verbs, in the order of the sentence: collect, curate, compose, approve, deliver, measure."""

from newsletter.pipeline.editors import add_editor as add_editor
from newsletter.pipeline.editors import editors as editors
from newsletter.pipeline.editors import is_editor as is_editor
from newsletter.pipeline.issues import Approved as Approved
from newsletter.pipeline.issues import Composed as Composed
from newsletter.pipeline.issues import approve as approve
from newsletter.pipeline.issues import compose as compose
from newsletter.pipeline.issues import edit as edit
from newsletter.pipeline.issues import preview as preview
from newsletter.pipeline.issues import undo as undo
from newsletter.pipeline.readers import confirm as confirm
from newsletter.pipeline.readers import knows as knows
from newsletter.pipeline.readers import preferences as preferences
from newsletter.pipeline.readers import preferences_token as preferences_token
from newsletter.pipeline.readers import reader as reader
from newsletter.pipeline.readers import subscribe as subscribe
from newsletter.pipeline.readers import unsubscribe as unsubscribe
from newsletter.pipeline.register import add_reader as add_reader
from newsletter.pipeline.register import all_readers as all_readers
from newsletter.pipeline.register import erase as erase
from newsletter.pipeline.register import export_readers as export_readers
from newsletter.pipeline.register import import_readers as import_readers
from newsletter.pipeline.register import leave as leave
from newsletter.pipeline.stories import Curated as Curated
from newsletter.pipeline.stories import curate as curate
