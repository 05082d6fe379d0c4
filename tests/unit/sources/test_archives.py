from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from kneewise.domain import Issue
from kneewise.errors import UnreadableFileError, UnsafeArchiveError
from kneewise.sources import read_recordings
from kneewise.sources.archives import ArchiveLimits, open_payloads

GPX = b'<gpx><trk><trkseg><trkpt lat="1" lon="2"><time>2026-03-01T08:00:00Z</time></trkpt></trkseg></trk></gpx>'
SMALL = ArchiveLimits(
    max_member_bytes=1 << 20, max_container_bytes=4 << 20, max_total_bytes=8 << 20, max_ratio=50, free_bytes=1 << 16,
    max_members=50, max_depth=3,
)  # fmt: skip


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def walk(*paths: Path, limits: ArchiveLimits | None = None) -> tuple[dict[str, bytes], list[Issue]]:
    """Return what could be read, by path below the folder of the test, and the issues."""
    issues: list[Issue] = []
    found = {}
    for payload in open_payloads(paths, limits=limits, on_issue=issues.append):
        try:
            found[payload.path.split("/in/", 1)[1]] = payload.read()
        except (UnreadableFileError, UnsafeArchiveError) as error:
            issues.append(Issue("read", payload.path, str(error)))
    return found, issues


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    return path


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_everything_is_found_in_order(folder: Path) -> None:
    put(folder, "b.zip", zipped({"y.gpx": b"y", "x/z.gpx.gz": gzip.compress(b"z"), "activities.csv": b"first"}))
    put(folder, "a/run.gpx", b"run")
    put(folder, "c.tar.gz", tarred({"in.gpx": b"tar", "deep.zip": zipped({"d": b"deep"})}, "w:gz"))
    put(folder, "d.bz2", bz2.compress(b"bz2"))
    put(folder, "e.xz", lzma.compress(b"xz"))
    found, issues = walk(folder)
    assert issues == []
    assert list(found.items()) == [
        ("a/run.gpx", b"run"), ("b.zip/activities.csv", b"first"), ("b.zip/x/z.gpx.gz", b"z"), ("b.zip/y.gpx", b"y"),
        ("c.tar.gz/in.gpx", b"tar"), ("c.tar.gz/deep.zip/d", b"deep"), ("d.bz2", b"bz2"), ("e.xz", b"xz"),
    ]  # fmt: skip


def test_a_folder_and_the_same_folder_zipped_have_the_same_order(folder: Path) -> None:
    names = ["activities/1.gpx", "activities.csv", "activities-old/2.gpx", "b.gpx"]
    for name in names:
        put(folder, f"tree/{name}", b"x")
    put(folder, "tree.zip", zipped(dict.fromkeys(names, b"x")))
    found, _ = walk(folder)
    assert [name.removeprefix("tree/") for name in found if name.startswith("tree/")] == [
        name.removeprefix("tree.zip/") for name in found if name.startswith("tree.zip/")
    ]


def test_payload_can_be_read_twice_and_knows_its_kind(folder: Path) -> None:
    put(folder, "a.zip", zipped({"a.fit": GPX}))
    for payload in open_payloads([folder], on_issue=lambda _: None):
        assert payload.kind == "activity"
        assert payload.head == payload.read() == payload.read() == GPX
        assert payload.size == len(GPX)


def test_monitoring_files_are_known_without_reading_them(folder: Path, shared_data: Path) -> None:
    data = (shared_data / "activities" / "runs" / "not-an-activity-monitoring.fit").read_bytes()
    put(folder, "UploadedFiles_0-_Part1.zip", zipped({f"{n}.fit": data for n in range(20)}))
    assert {payload.kind for payload in open_payloads([folder], on_issue=lambda _: None)} == {"monitoring"}


@pytest.mark.parametrize("name", ["../evil.gpx", "/etc/evil.gpx", "a/../../evil.gpx", "..\\evil.gpx", "C:\\evil.gpx"])
def test_names_that_leave_the_archive_are_refused(folder: Path, name: str) -> None:
    put(folder, "a.zip", zipped({name: b"evil", "good.gpx": b"good"}))
    put(folder, "a.tar", tarred({name: b"evil", "good.gpx": b"good"}))
    found, issues = walk(folder)
    assert list(found.values()) == [b"good", b"good"]
    assert [issue.code for issue in issues] == ["unsafe-name", "unsafe-name"]
    assert sorted(path.name for path in folder.parent.rglob("*")) == ["a.tar", "a.zip", "in"]


def test_links_and_devices_are_refused(folder: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"member{kind!r}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    put(folder, "a.tar", buffer.getvalue())
    found, issues = walk(folder)
    assert found == {}
    assert [issue.code for issue in issues] == ["unsafe-name"] * 4


def test_a_link_in_a_zip_is_refused(folder: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("link.gpx")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    put(folder, "a.zip", buffer.getvalue())
    assert [issue.code for issue in walk(folder)[1]] == ["unsafe-name"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lambda data: zipped({"bomb": data})])
def test_bombs_are_stopped_while_unpacking_and_the_rest_is_read(folder: Path, pack: object) -> None:
    assert callable(pack)
    put(folder, "bomb", pack(bytes(3 << 20)))
    put(folder, "good.gpx", b"good")
    found, issues = walk(folder, limits=SMALL)
    assert list(found.values()) == [b"good"]
    assert "times its size" in issues[0].text or "unpacks to more than" in issues[0].text


def test_declared_sizes_are_not_believed(folder: Path) -> None:
    data = bytearray(zipped({"bomb": bytes(3 << 20)}))
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)
    put(folder, "a.zip", bytes(data))
    found, issues = walk(folder, limits=SMALL)
    assert found == {} or max(map(len, found.values())) <= 10
    assert issues or found


def test_many_members_of_a_bomb_stop_the_archive_once(folder: Path) -> None:
    put(folder, "a.zip", zipped({f"{n:02d}": os.urandom(300) + bytes(9_000) for n in range(40)}))
    limits = ArchiveLimits(max_total_bytes=100_000, free_bytes=1 << 20)
    found, issues = walk(folder, limits=limits)
    assert 0 < len(found) < 40
    assert len(issues) <= 2
    assert "a.zip unpacks to more than" in issues[-1].text


def test_too_many_members_and_too_much_nesting(folder: Path) -> None:
    put(folder, "many.zip", zipped({str(n): b"x" for n in range(60)}))
    nested = b"core"
    for _ in range(5):
        nested = zipped({"inner.zip": nested})
    put(folder, "nested.zip", nested)
    found, issues = walk(folder, limits=SMALL)
    assert len(found) == 50
    assert [issue.code for issue in issues] == ["over-limits", "too-deep"]


def test_a_zip_that_contains_itself_in_spirit_ends(folder: Path) -> None:
    nested = b"x" * 1000
    for _ in range(8):
        nested = zipped({f"{n}.zip": nested for n in range(4)})
    put(folder, "quine.zip", nested)
    found, issues = walk(folder, limits=SMALL)
    assert found == {}
    assert issues


def test_encrypted_members_are_told(folder: Path) -> None:
    data = bytearray(zipped({"secret.gpx": b"secret", "open.gpx": b"open"}))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    put(folder, "a.zip", bytes(data))
    found, issues = walk(folder)
    assert list(found.values()) == [b"open"]
    assert [issue.code for issue in issues] == ["encrypted"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_cut_zip_gives_its_whole_members(folder: Path, method: int) -> None:
    members = {f"{n}.gpx": os.urandom(5000) for n in range(5)}
    whole = zipped(members, method)
    put(folder, "cut.zip", whole[: int(len(whole) * 0.7)])
    found, issues = walk(folder)
    assert found == {f"cut.zip/{name}": members[name] for name in list(members)[:3]}
    assert [issue.code for issue in issues] == ["broken-archive"]


def test_a_cut_zip_written_as_a_stream(folder: Path) -> None:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    buffer = Unseekable()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.gpx", GPX * (number + 1))
    whole = buffer.getvalue()
    put(folder, "cut.zip", whole[: whole.index(b"PK\x01\x02")])
    assert list(walk(folder)[0].values()) == [GPX * (number + 1) for number in range(4)]


def test_a_member_with_a_wrong_checksum_fails_alone(folder: Path) -> None:
    data = bytearray(zipped({"bad.gpx": b"bad" * 3000, "good.gpx": b"good"}, zipfile.ZIP_STORED))
    data[5000] ^= 0xFF
    put(folder, "a.zip", bytes(data))
    found, issues = walk(folder)
    assert list(found.values()) == [b"good"]
    assert "CRC" in issues[0].text


def test_cut_gzip_and_tar_give_what_they_hold(folder: Path) -> None:
    noise = os.urandom(50_000)
    put(folder, "cut.gz", gzip.compress(noise)[:30_000])
    put(folder, "cut.tar", tarred({"a": noise, "b": noise})[:80_000])
    found, _ = walk(folder)
    assert 29_000 < len(found["cut.gz"]) < 30_000
    assert noise.startswith(found["cut.gz"])
    assert found["cut.tar/a"] == noise


def test_several_gzip_streams_and_trailing_bytes(folder: Path) -> None:
    put(folder, "two.gz", gzip.compress(b"one ") + gzip.compress(b"two") + bytes(99))
    assert list(walk(folder)[0].values()) == [b"one two"]


def test_what_is_not_there_or_no_file_is_told(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to(folder)
    (folder / "gone").symlink_to(folder / "nowhere")
    put(folder, "._clutter.fit", b"x")
    found, issues = walk(folder, folder / "missing")
    assert found == {}
    assert [issue.code for issue in issues] == ["not-found", "link-not-followed", "not-a-file", "not-found"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_told(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0)
    put(folder, "good.gpx", b"good")
    found, issues = walk(folder)
    closed.chmod(0o700)
    assert list(found.values()) == [b"good"]
    assert [issue.code for issue in issues] == ["not-readable"]


def test_a_folder_that_the_system_refuses_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, "closed/run.gpx", b"x")
    put(folder, "good.gpx", b"good")
    scan = os.scandir

    def refuse(path: object) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scan(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", refuse)
    found, issues = walk(folder)
    assert list(found.values()) == [b"good"]
    assert [issue.code for issue in issues] == ["not-readable"]
    assert "Permission denied" in issues[0].text


def test_a_zip_of_runs_is_read_as_one_file() -> None:
    assert len(read_recordings(zipped({"a.gpx": GPX, "b.txt": b"x", "c.gpx": GPX}), "export.zip")) == 2
    with pytest.raises(UnreadableFileError):
        read_recordings(zipped({}), "empty.zip")


def test_real_strava_export_packed(folder: Path, shared_data: Path) -> None:
    export = shared_data / "activities" / "strava-export"
    members = {str(p.relative_to(export)): p.read_bytes() for p in export.rglob("*") if p.is_file()}
    put(folder, "export.zip", zipped(members))
    payloads = list(open_payloads([folder], on_issue=lambda _: None))
    assert [payload.kind for payload in payloads] == ["csv", "activity", "csv"]


def test_a_file_without_permission_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run.fit").write_bytes(b"anything")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    told: list[Issue] = []
    assert list(open_payloads([tmp_path / "run.fit"], on_issue=told.append)) == []
    assert "check its permissions" in told[0].text
