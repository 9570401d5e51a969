"""Names as FMA's table has them; addresses as Creative Commons publishes them."""

import pytest

from streaming.imports.licences import find_licence, licence_url

ROOT = "https://creativecommons.org"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Attribution-Noncommercial-No Derivative Works 3.0 United States", "licenses/by-nc-nd/3.0/us/"),
        ("Attribution-NonCommercial-NoDerivatives (aka Music Sharing) 3.0 International", "licenses/by-nc-nd/3.0/"),
        ("Attribution-Noncommercial-Share Alike 3.0 United States", "licenses/by-nc-sa/3.0/us/"),
        ("Creative Commons Attribution-NonCommercial-NoDerivatives 4.0", "licenses/by-nc-nd/4.0/"),
        ("Attribution-ShareAlike 3.0 International", "licenses/by-sa/3.0/"),
        ("Attribution-Noncommercial-Share Alike 2.0 UK: England ", "licenses/by-nc-sa/2.0/uk/"),
        ("Attribution-Noncommercial-No Derivative Works 2.5 Generic", "licenses/by-nc-nd/2.5/"),
        ("Attribution-NoDerivs 2.5 Canada", "licenses/by-nd/2.5/ca/"),
        ("Attribution 3.0 Netherlands", "licenses/by/3.0/nl/"),
        ("Attribution-Noncommercial-No Derivative Works 1.0", "licenses/by-nd-nc/1.0/"),
        ("CC BY-SA 4.0", "licenses/by-sa/4.0/"),
        ("CC0 1.0 Universal", "publicdomain/zero/1.0/"),
        ("Public Domain Mark 1.0", "publicdomain/mark/1.0/"),
    ],
)
def test_address_of_a_name(name, path):
    assert licence_url(name) == f"{ROOT}/{path}"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Attribution",  # of which version?
        "Attribution-NonCommercial-ShareAlike",
        "Creative Commons Attribution",
        "Noncommercial Sampling Plus",
        "Attribution 3.0 Atlantis",
        "Attribution 4.0 United States",  # version 4.0 was not adapted to countries
        "Attribution-ShareAlike-NoDerivatives 3.0",  # contradicts itself
        "All rights reserved",
        "FMA-Limited: Download Only",
    ],
)
def test_name_that_tells_no_address_for_sure(name):
    assert licence_url(name) == ""


@pytest.mark.parametrize(
    ("texts", "licence"),
    [
        (
            ["2019 Me", "See http://creativecommons.org/licenses/by-sa/3.0/de/legalcode."],
            ("Creative Commons Attribution-ShareAlike 3.0", f"{ROOT}/licenses/by-sa/3.0/de/"),
        ),
        (
            ["https://creativecommons.org/licenses/by/4.0/deed.en"],
            ("Creative Commons Attribution 4.0", f"{ROOT}/licenses/by/4.0/"),
        ),
        (
            ["https://creativecommons.org/publicdomain/zero/1.0/"],
            ("CC0 1.0 Universal", f"{ROOT}/publicdomain/zero/1.0/"),
        ),
        (["CC BY-NC 4.0"], ("CC BY-NC 4.0", f"{ROOT}/licenses/by-nc/4.0/")),
        (["(c) 2019 Me", "all rights reserved"], ("", "")),
        ([], ("", "")),
    ],
)
def test_licence_in_the_texts_of_tags(texts, licence):
    assert find_licence(texts) == licence
