"""Pages of several kinds as flat text, one line a text node: on "keep" their shapes stay and the furniture goes."""

import pytest

from pipeline import Settings
from pipeline.formats import assemble, settle
from pipeline.formats.records import Record
from pipeline.single import decide

ABOVE = """
Skip to content
Home
Blog
Shop
About
Contact
Search
Cart (0)
"""
BELOW = """
Share this:
Facebook
Twitter
Pinterest
Related Posts
Ten things to do in autumn
How to store apples
Leave a Comment
Name *
Email *
Website
Subscribe to our newsletter
Enter your email address
Privacy Policy
Terms of Service
© 2023 Orchard Lane
"""
PAGES = {
    "recipe": """
Baked apples with hazelnuts
By Nora Finch
October 4, 2022
Jump to Recipe
Print Recipe
These baked apples have been on our table every October since I was six, and the smell of them still means autumn to me.
Use apples that keep their shape. Anything too soft will turn to sauce before the nuts are brown.
Ingredients
4 large apples
50 g hazelnuts
2 tbsp honey
1 tsp cinnamon
30 g butter
Instructions
Heat the oven to 180 C.
Core the apples.
Fill with nuts and honey.
Bake for 35 minutes.
Notes
Keeps two days in the fridge.
Nutrition
Calories: 240 kcal
Carbohydrates: 34 g
Fat: 12 g
""",
    "code": """
Reading a CSV file in Python
Posted on March 2, 2021 by Ben
Most people reach for pandas the moment they see a CSV file, but the standard library is enough for a lot of everyday work.
Here is the shortest version that closes the file again:
import csv
with open("data.csv", newline="") as f:
    for row in csv.reader(f):
        print(row)
Save it as read.py and run it:
$ python read.py
['name', 'age']
['Ann', '34']
If your file has a header, use DictReader instead:
for row in csv.DictReader(f):
    print(row["name"])
That is all there is to it. In the next part we will write files as well.
""",
    "table": """
Final standings of the winter league
5 February 2020
The winter league ended on Sunday with a win for Harborough, who lost only one of their eighteen matches this season.
Pos
Team
Played
Won
Points
1
Harborough
18
17
51
2
Kettle Green
18
13
40
3
Little Moor
18
12
37
The first two teams go up to the county division, and the last one goes down after six years.
""",
    "poem": """
The heron
A poem by Lise Marrow
Grey on the grey of the water
he stands, a question put to the stream,
one leg folded away like a letter
nobody answers.

The light goes round him.
Under the alder the minnows
keep their appointments.

He does not hurry.
He is the only clock
that the river believes.
""",
    "faq": """
Frequently asked questions about our orchard
Can I pick my own apples?
Yes. From the first weekend of September until the end of October you can pick every day between nine and five.
Do I need to book?
No, but groups of more than ten people should call us a day before.
Are dogs allowed?
On a lead, yes.
Where can I park?
There is a field behind the barn. Please do not park on the lane, the tractors need it.
""",
    "interview": """
"I still get lost in my own garden": ten minutes with Ada Pell
Interview: Tom Reed
June 2019
The gardener Ada Pell has planted the same four acres for fifty years. We met her between two showers of rain.
When did you start?
When my mother let me. I was five, I think, and I was given the corner where nothing grew.
And did anything grow?
Nettles. I was very proud of them.
What do you tell beginners?
To wait. Everyone wants to dig. Watch the ground for a year first, then dig.
""",
    "job": """
Orchard manager (full time)
Location: Little Moor
Salary: 38,000 a year
Closing date: 1 March 2023
We are looking for an orchard manager to look after twelve hectares of apples and pears and a team of four.
What you will do
Plan pruning, spraying and harvest
Train and lead seasonal staff
Keep the books of the cider press
What you bring
Five years in fruit growing
A tractor licence
Patience with sheep
How to apply
Send a letter and a CV to jobs@orchardlane.example by the closing date.
""",
    "product": """
Ash handle pruning saw
SKU: 4471
★★★★★ (12 reviews)
£34.00
In stock
Quantity
Add to cart
Add to wishlist
Description
A curved saw for branches up to ten centimetres, with a handle of English ash that is oiled by hand.
The blade is Japanese steel and cuts on the pull stroke, so that it stays straight where cheaper saws bend.
Blade length: 27 cm
Weight: 310 g
Made in Sheffield
Reviews
Lovely tool, cuts like butter.
Better than my old one.
""",
    "changelog": """
Release notes for Press Control
Version 2.1.0
Added
Support for two presses on one meter
A warning when the tank is nearly full
Fixed
The pump no longer starts twice when the button is pressed quickly
Version 2.0.3
Fixed
Wrong sum on the last page of the report
""",
    "lyrics": """
Windfall
Words and music: Ada Pell
The wind came down on Tuesday
and shook the branches bare
Oh the windfall, the windfall
there is plenty everywhere
My mother filled her apron
my father filled the cart
Oh the windfall, the windfall
it will break the miller's heart
""",
    "links": """
Useful links for fruit growers
We are often asked where we learned what we know. Here are some of the places that helped us most over the years.
The Fruit Society
A register of all varieties with pictures and dates
Moor Valley Growers
Prices, weather and a good forum
Department of Agriculture
Rules on spraying, and the forms
""",
    "stats": """
Weather at Orchard Lane, June 2022
Mean temperature
16.4 °C
Warmest day
31.2 °C on the 17th
Rain
41 mm
Days with rain
9
It was the driest June since we began to write it down in 1981, and the ponds show it.
""",
    "steps": """
How to graft an apple tree
You need a sharp knife, a rootstock as thick as a pencil and a twig of the tree that you want more of.
1. Cut the twig in winter and keep it in damp sand.
2. In March, cut both at the same angle.
3. Fit the cuts together so that the green layers touch on one side at least.
4. Bind with tape.
5. Wait
Tip
If the buds move in May, it has taken.
""",
}
FURNITURE = {  # of the page itself
    "recipe": ["Jump to Recipe"],
    "product": ["SKU: 4471", "★★★★★ (12 reviews)", "£34.00", "In stock", "Quantity", "Add to cart", "Add to wishlist"],
}


def lines(text):
    """Those that show anything."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def cleaned(text):
    batches = list(assemble.batches([(0, Record("a", text, None, "", "a"))], 10**9))
    (done,) = decide(batches, Settings(stages=("boilerplate",)))
    return lines(settle.settle(done)[0]["text"].to_pylist()[0])


@pytest.mark.parametrize("kind", PAGES)
def test_the_page_stays_and_its_frame_goes(kind):
    wanted = [line for line in lines(PAGES[kind]) if line not in FURNITURE.get(kind, [])]
    assert cleaned(ABOVE.lstrip() + PAGES[kind].lstrip() + BELOW.lstrip()) == wanted


@pytest.mark.xfail(strict=True, reason="one word beside furniture")
def test_a_last_word_stays():
    assert "No." in cleaned(ABOVE.lstrip() + PAGES["interview"].lstrip() + "Do you?\nNo.\n" + BELOW.lstrip())
