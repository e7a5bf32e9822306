"""Warnings of rights that are too wide and of folders that are copied to the cloud."""

import os
from pathlib import Path

import pytest

from tests.workspaces import make
from vbe_analysis.workspace.privacy import warnings

posix = pytest.mark.skipif(os.name == "nt", reason="Windows har andra rättigheter")


def kept(root: Path) -> Path:
    """A workspace for its owner alone."""
    make(root)
    for name in ("data", "reports"):
        (root / name).chmod(0o700)
    return root


@posix
def test_all_is_well(tmp_path: Path) -> None:
    assert warnings(kept(tmp_path)) == []


@posix
@pytest.mark.parametrize("mode", [0o750, 0o705, 0o710, 0o755, 0o701])
@pytest.mark.parametrize("name", ["data", "reports"])
def test_a_folder_that_others_reach(name: str, mode: int, tmp_path: Path) -> None:
    (kept(tmp_path) / name).chmod(mode)
    assert warnings(tmp_path) == [f"Andra användare av datorn kan komma åt mappen {name}. Ändra med: chmod 700 {name}"]


def synced(service: str) -> str:
    return (
        f"Arbetsmappen ser ut att ligga i {service}, som kopierar allt till en molntjänst. "
        "Flytta den till en mapp som bara de behöriga når."
    )


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("OneDrive - Ekåsens stad/VBE", "OneDrive"),
        ("OneDrive/VBE", "OneDrive"),
        ("Dropbox (Privat)/VBE", "Dropbox"),
        ("iCloud Drive/VBE", "iCloud"),
        ("Library/Mobile Documents/com~apple~CloudDocs/VBE", "iCloud"),
        ("Library/CloudStorage/GoogleDrive-a/VBE", "Google Drive"),
        ("Google Drive/VBE", "Google Drive"),
        ("Min enhet/VBE", "Google Drive"),
        ("Box/VBE", "Box"),
        ("Nextcloud/VBE", "Nextcloud"),
        ("ownCloud/VBE", "ownCloud"),
        ("Boxholm/VBE", ""),
        ("Boxen/VBE", ""),
        ("Dokument/VBE", ""),
    ],
)
def test_folders_named_by_a_cloud_service(folder: str, service: str, tmp_path: Path) -> None:
    root = tmp_path / folder
    root.mkdir(parents=True)
    assert warnings(kept(root)) == ([synced(service)] if service else [])


@pytest.mark.parametrize(
    ("mark", "service"),
    [(".dropbox.cache", "Dropbox"), (".tmp.driveupload", "Google Drive"), (".stfolder", "Syncthing")],
)
def test_folders_marked_by_a_cloud_service(mark: str, service: str, tmp_path: Path) -> None:
    root = tmp_path / "Arbete" / "VBE"
    root.mkdir(parents=True)
    (tmp_path / "Arbete" / mark).mkdir()
    assert warnings(kept(root)) == [synced(service)]


def test_windows_is_told_that_rights_protect_nothing(tmp_path: Path) -> None:
    root = tmp_path / "OneDrive" / "VBE"
    root.mkdir(parents=True)
    assert warnings(make(root), system="nt") == [
        "I Windows och på nätverksenheter skyddar filernas rättigheter ingenting i sig. "
        "Lägg arbetsmappen i en gruppmapp som bara de behöriga når.",
        synced("OneDrive"),
    ]
