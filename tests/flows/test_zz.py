import asyncio, subprocess, json
from tests.flows.prefecture import *
async def test_x(prefecture):
    n=await prefecture.draft()
    await prefecture.walk(n,BRIDGE_ROUTE[:2])
    h=await prefecture.handle(n).fetch_history()
    for e in h.events:
        print(e.event_id, str(e)[:1500].replace('\n',' ')[:700])
    d=await prefecture.handle(n).describe()
    print(d.search_attributes, await d.static_summary(), await d.static_details())
    print(await prefecture.handle(n).query('なぜ待っているか'))
    out=subprocess.run(['.venv/bin/temporal','workflow','metadata','-w',f'approval-{n}','--address',prefecture.settings.temporal_address,'-n',prefecture.settings.temporal_namespace,'--disable-config-file'],capture_output=True,text=True); print(out.stdout[:500],out.stderr)
