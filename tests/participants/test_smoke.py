import time
from app.events.members import Post
from tests import make
from tests.desk import Desk
from tests.participants import crowd
def test_smoke(app, statements):
    event = make.an_event(capacity=10050)
    user = make.a_user(); make.a_membership(user, event, Post.EDITOR)
    desk = Desk(app, user)
    make.a_registration(event)
    base=f"/organise/events/{event.id}/participants"
    with statements() as said: p=desk.get(base)
    assert p.status_code==200, p.text
    for path in ("/1","/add","/1/edit","/1/cancel","/export.csv","/export.xlsx","/attendance.pdf","?q=lacka&needs=any&reply=none&letters=failed&state=all&sort=organisation"):
        a=desk.get(base+path); assert a.status_code==200,(path,a.text)
    t=time.time(); crowd.gather(event, 9000, 999); print("made", time.time()-t)
    for path in ("","?page=200","?sort=name","?q=lacka+gdyni","?sort=organisation&page=100","?needs=captions","?letters=failed"):
        t=time.time()
        with statements() as more: p=desk.get(base+path)
        print(path, round((time.time()-t)*1000), "ms", len(said), len(more)); assert p.status_code==200
    for path in ("/export.csv","/export.xlsx","/attendance.pdf"):
        t=time.time(); a=desk.get(base+path); print(path, a.status_code, round((time.time()-t)*1000), len(a.data))
