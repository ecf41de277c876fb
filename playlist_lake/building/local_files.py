"""Let Spark write files on this machine without starting a process for each of them.

Hadoop gives every new file and folder its permissions. Without Hadoop's native library, which
PySpark lacks, it starts `chmod` each time. A year's build creates 6,000 files and folders. Here the
permissions are those that the system gives to new files, as for all other files of a lake. There
are no checksum files either.
"""

from typing import Any

from pyspark.sql import SparkSession

_NAME = "LocalFilesWithoutChmod"
_CLASS = f"""
public class {_NAME} extends org.apache.hadoop.fs.RawLocalFileSystem {{
    public void setPermission(
        org.apache.hadoop.fs.Path path,
        org.apache.hadoop.fs.permission.FsPermission permission
    ) {{}}
}}
"""


def write_without_chmod(session: SparkSession) -> None:
    """Replace Hadoop's access to local files for the session's Java process."""
    jvm: Any = session.sparkContext._jvm
    # Spark brings this compiler for the code that it generates
    compiler = jvm.org.codehaus.janino.SimpleCompiler()
    compiler.cook(_CLASS)
    settings = session.sparkContext._jsc.hadoopConfiguration()
    settings.setClassLoader(compiler.getClassLoader())
    settings.set("fs.file.impl", _NAME)
    # Hadoop keeps the first one that it opens, for the whole process
    file_system, root = jvm.org.apache.hadoop.fs.FileSystem, jvm.java.net.URI("file:///")
    file_system.get(root, settings).close()
    file_system.get(root, settings)
