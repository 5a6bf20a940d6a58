"""How Sphinx makes the site of the course. `course site` lays out what it reads, as the repository is, and calls it."""

from course_utils.publishing.export import DARK, LIGHT

project = html_title = "Deep learning, measured"
copyright = "2026 Deep learning course contributors. Text and figures: CC BY 4.0; code: MIT License."
language = "en"
extensions = ["myst_nb", "course_utils.publishing.site_extension"]

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["course.css"]
html_js_files = ["course.js"]
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_math_renderer = "mathml"
pygments_style, pygments_dark_style = LIGHT, DARK
# quotation marks stay as the lessons have them
smartquotes = False

nb_execution_mode = "off"
nb_render_markdown_format = "myst"
nb_code_prompt_show = nb_code_prompt_hide = "Code"

myst_enable_extensions = ["dollarmath", "amsmath"]
myst_dmath_double_inline = True
myst_heading_anchors = 3
# the lessons are plain Markdown, in which these mean nothing
myst_disable_syntax = ["myst_role", "myst_target", "myst_line_comment", "myst_block_break"]
