import time
from app.db import transaction
from app.participants import bulk, undo
from app.participants.filters import Filter
from app.audit.records import acting
from tests import make
from tests.participants import crowd
def test_m(app, statements, engine_name):
    for n,w in ((300,50),(2000,100)):
        event = make.an_event(capacity=n+1); crowd.gather(event, n, w)
        t=time.time()
        with statements() as said, transaction(), acting("x", user_id=None,user_name="O",event_id=event.id): step=bulk.cancel(event, Filter(state=__import__("app.participants.filters",fromlist=["State"]).State.CONFIRMED), by="O")
        t1=time.time()-t; t=time.time(); uid=step.uid; k=len(said)
        with statements() as said, transaction(), acting("x", user_id=None,user_name="O",event_id=event.id): u=undo.undo(event, uid)
        print(engine_name, n, "cancel", round(t1,2), k, "undo", round(time.time()-t,2), len(said), len(u.restored), len(u.kept), event.taken, event.waiting)
