from pathlib import Path

import pytest

from recommender import spark


@pytest.fixture(scope="session")
def spark_session():
    """One session for all tests, whose Java compiles less and so starts sooner."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JDK_JAVA_OPTIONS", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1")
        with spark.session() as session:
            yield session


@pytest.fixture
def only_tools(tmp_path, monkeypatch) -> Path:
    """A PATH with the tools that Spark's scripts call, and no Java."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for folder in ("/usr/bin", "/bin"):
        for tool in Path(folder).iterdir():
            link = tools / tool.name
            if not tool.name.startswith("java") and not link.is_symlink():
                link.symlink_to(tool)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return tools
