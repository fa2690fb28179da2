#!/bin/bash
# A real S3 server from Debian packages (radosgw ceph-mon ceph-osd ceph-common): one monitor, one store, one gateway.
#
#   radosgw.sh DIR PORT MONITOR_PORT ACCESS_KEY SECRET_KEY [ADDRESS]
#
# Runs in the foreground; start it with setsid and end the process group. All state lies under DIR and survives kill -9.
# ADDRESS is where the gateway listens, 127.0.0.1 unless given. The store also takes ports from 6800 on loopback.
set -euo pipefail
dir=$1 port=$2 monitor=$3 access=$4 secret=$5 address=${6:-127.0.0.1}
cluster=8d0f6a52-6b0e-4a55-9a6c-2f1d5c3b7e90
export CEPH_CONF=$dir/ceph.conf
fresh=
if [ ! -e "$dir/made" ]; then
    fresh=yes
    rm -rf "$dir/mon" "$dir/osd"
fi
mkdir -p "$dir/mon" "$dir/osd" "$dir/run" "$dir/log" "$dir/rgw"
: >>"$dir/keyring"
# `ms mon client mode` matters: without it the gateway insists on encryption and waits for ever for a key nobody has.
cat >"$CEPH_CONF" <<EOF
[global]
fsid = $cluster
mon host = [v2:127.0.0.1:$monitor]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms cluster mode = crc
ms service mode = crc
ms client mode = crc
ms max backoff = 0.5
paxos propose interval = 0.02
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
rgw rados pool pg num min = 1
mon allow pool size one = true
mon data avail crit = 1
osd crush chooseleaf type = 0
osd heartbeat grace = 2
osd heartbeat interval = 1
osd objectstore = bluestore
bluestore block size = 8589934592
osd memory target = 939524096
run dir = $dir/run
admin socket = $dir/run/\$name.\$pid.asok
pid file = $dir/run/\$name.pid
log file = $dir/log/\$name.log
mon data = $dir/mon
osd data = $dir/osd
keyring = $dir/keyring
rgw data = $dir/rgw
rgw frontends = beast endpoint=$address:$port
debug osd = 0
debug rocksdb = 0
debug rgw = 0
EOF
if [ -n "$fresh" ]; then
    monmaptool --create --clobber --fsid "$cluster" --addv a "[v2:127.0.0.1:$monitor]" "$dir/monmap"
    ceph-mon --mkfs -i a --monmap "$dir/monmap"
fi
ceph-mon -i a -f &
if [ -n "$fresh" ]; then
    ceph osd create "$cluster"
    ceph-osd -i 0 --mkfs --osd-uuid "$cluster"
    ceph osd crush add osd.0 1 host=one root=default
else
    ceph osd down 0 # said at once; the monitor would take fifteen seconds to notice
fi
ceph-osd -i 0 -f &
if [ -n "$fresh" ]; then
    radosgw-admin user create --uid=guohu --display-name=guohu --access-key="$access" --secret-key="$secret" >/dev/null
    touch "$dir/made"
fi
exec radosgw -n client.rgw -f
