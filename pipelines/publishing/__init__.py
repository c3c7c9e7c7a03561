"""Publishing a release on the Hugging Face Hub: a pull request, checks of what arrived, a merge, a tag.

The Hub keeps all state: what is up already, which pull request is ours, what is merged. A killed run leaves nothing
behind on this machine, and the next one goes on from what the Hub says.

| module            | what                                                           |
| ----------------- | -------------------------------------------------------------- |
| `release.py`      | the release on disk, and what the Hub would not take           |
| `failures.py`     | what went wrong on the way, as an error of ours                |
| `patience.py`     | tries again what may succeed later                             |
| `transport.py`    | timeouts, long waits, bytes on their way                       |
| `hub.py`          | the few calls that publishing needs                            |
| `remote.py`       | what the Hub says of files, refs and pull requests             |
| `compare.py`      | the release beside the files of a revision                     |
| `pull_request.py` | finds the pull request of a release, or opens it               |
| `upload.py`       | sends what is missing                                          |
| `publish.py`      | all of it, in order                                            |
| `preview.py`      | what would be done                                             |
| `progress.py`     | what is shown meanwhile                                        |
"""
